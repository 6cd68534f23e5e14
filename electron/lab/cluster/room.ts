/** Whether what a job writes finds room: on the disk of its folder, and within the quotas of who hands it in. */
import { quotas, type Quota } from '../../job-systems/quota.ts';
import type { ProgramRun } from '../../job-systems/program-run.ts';
import { freeBytes, freeFiles } from '../disk/folder-size.ts';

/** What there is room for. */
export interface Room {
  /** On the disk of the folder; 0 bytes and null files where the system does not tell. */
  readonly freeBytes: number;
  readonly freeFiles: number | null;
  readonly quotas: readonly Quota[];
}

/** The room that a folder's disk and the system's quotas leave. */
export async function roomFor(folder: string, run: ProgramRun): Promise<Room> {
  const [bytes, files, limits] = [await freeBytes(folder), await freeFiles(folder), await quotas(run)];
  return { freeBytes: bytes, freeFiles: files, quotas: limits };
}

/** What will not find room, one line each, `sizeText` putting bytes in words. */
export function roomProblems(
  { bytes, files }: { readonly bytes: number; readonly files: number },
  room: Room,
  sizeText: (bytes: number) => string,
): string[] {
  const problems: string[] = [];
  const size = `about ${sizeText(bytes)}`;
  if (room.freeBytes > 0 && bytes > room.freeBytes)
    problems.push(
      `This needs ${size}, and ${sizeText(room.freeBytes)} are free on the disk of the notebook.`,
    );
  if (room.freeFiles !== null && files > room.freeFiles)
    problems.push(`This needs ${files} files, and the disk of the notebook has room for ${room.freeFiles}.`);
  for (const quota of room.quotas) {
    const { fileSystem, mostFiles, mostBytes } = quota;
    if (mostFiles !== null && quota.files + files > mostFiles)
      problems.push(
        `This needs ${files} files, and your quota on ${fileSystem} has ${quota.files} of ${mostFiles} taken.`,
      );
    if (mostBytes !== null && quota.bytes + bytes > mostBytes)
      problems.push(
        `This needs ${size}, and your quota on ${fileSystem} has ${sizeText(quota.bytes)} of ${sizeText(mostBytes)} taken; fewer snapshots (snapshots: { log: N }) need less.`,
      );
  }
  return problems;
}
