/** What is written outside of notebooks: temporary folders and pages, the program's log, modes of packaged folders. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Path of a new temporary folder that only its owner can enter. */
export function temporaryFolder(prefix: string): string {
  return mkdtempSync(join(tmpdir(), prefix));
}

/** Removes a temporary folder with everything in it; what cannot be removed is left to the system. */
export async function removeTemporary(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}

/** Path of a new file that only its owner can read and that is gone when the process ends. */
export function privateFile(name: string, content: string | Uint8Array): string {
  const folder = temporaryFolder('creasebook-');
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return path;
}

/**
 * Appends text to a file that only its owner can read, at once, so that a crash after it changes nothing. A file that has
 * grown beyond `limit` bytes goes to `before` first. What cannot be written is lost.
 */
export function appendBounded(path: string, before: string, text: string, limit: number): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > limit) renameSync(path, before);
    appendFileSync(path, text, { mode: 0o600 });
  } catch {
    // A log that cannot be written keeps nobody from working.
  }
}

/** Lets everybody enter folders and list them: mode 0755. */
export async function makeEnterable(folders: readonly string[]): Promise<void> {
  await Promise.all(folders.map((folder) => chmod(folder, 0o755)));
}
