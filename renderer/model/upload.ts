/** Handing a file to the lab, piece by piece. */
import type { LabClient } from '../../electron/contract/contract.ts';
import { maxPieceBytes } from '../../electron/contract/upload-limits.ts';

export interface UploadOptions {
  readonly signal: AbortSignal;
  onProgress(done: number, of: number): void;
}

/** Number under which the lab has the file. Rejects with a ContractError; then the lab keeps nothing of it. */
export async function uploadedFile(
  client: LabClient,
  file: Blob,
  { signal, onProgress }: UploadOptions,
): Promise<string> {
  const { upload } = await client.call('upload.begin', { size: file.size }, { signal });
  try {
    for (let at = 0; at < file.size; at += maxPieceBytes) {
      const bytes = new Uint8Array(await file.slice(at, at + maxPieceBytes).arrayBuffer());
      const { received } = await client.call('upload.append', { upload, at, bytes }, { signal });
      onProgress(received, file.size);
    }
    return upload;
  } catch (error) {
    // The first error is the one to tell; a lab that cannot be reached forgets by itself.
    await client.call('upload.drop', { upload }).catch(() => undefined);
    throw error;
  }
}
