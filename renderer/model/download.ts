/** Handing a file to a person. */
import type { ExportedFile } from '../../electron/contract/exports.ts';

/** A URL of a file's bytes in this page; revoke it when done. */
export function fileUrl(file: ExportedFile): string {
  return URL.createObjectURL(new Blob([new Uint8Array(file.bytes)], { type: file.type }));
}

/** Saves a file the way the browser saves downloads. */
export function saveFile(page: Document, file: ExportedFile): void {
  const link = page.createElement('a');
  link.href = fileUrl(file);
  link.download = file.name;
  link.click();
  // The download has its own hold of the bytes by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
