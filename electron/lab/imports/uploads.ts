/** Files on their way from a page into the lab: taken piece by piece onto the disk, so that their size costs no memory. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxUploadBytes } from '../../contract/upload-limits.ts';
import { makeFolders, writeAll, type FileSystem, type OpenFile } from '../disk/files.ts';
import { freeBytes } from '../disk/folder-size.ts';
import { fileError, LabError } from '../disk/lab-error.ts';

interface Upload {
  readonly path: string;
  readonly size: number;
  readonly file: OpenFile;
  received: number;
  isBusy: boolean;
}

/** Uploads side by side; beyond these the one that stood still longest is given up. */
const maxUploads = 4;

/** Beside the entries, where an archive's entry will be; where nothing may be written there, in a temporary folder. */
export function uploadsFolder(notebook: string, isWritable: boolean): string {
  if (isWritable) return join(notebook, '.uploads');
  return join(tmpdir(), `creasebook-uploads-${randomBytes(6).toString('hex')}`);
}

export class Uploads {
  readonly #fs: FileSystem;
  readonly #folder: string;
  /** From the one that stood still longest. */
  readonly #open = new Map<string, Upload>();

  /** Uploads go into a folder of their own, which nobody else uses. */
  constructor(fs: FileSystem, folder: string) {
    this.#fs = fs;
    this.#folder = folder;
  }

  /** Id of a new upload of so many bytes. Throws LabError where there is no room for it. */
  async begin(size: number): Promise<string> {
    if (size > maxUploadBytes)
      throw new LabError('refused', `The file has ${size} bytes; ${maxUploadBytes} are the most.`);
    await makeFolders(this.#fs, this.#folder);
    const free = await freeBytes(this.#folder);
    if (size > free)
      throw new LabError('disk-full', `The file has ${size} bytes, and ${free} are free. Make room first.`);
    const [oldest] = this.#open.keys();
    if (this.#open.size >= maxUploads && oldest !== undefined) await this.drop(oldest);
    const id = randomBytes(8).toString('hex');
    const path = join(this.#folder, id);
    try {
      const file = await this.#fs.open(path, 'create');
      this.#open.set(id, { path, size, file, received: 0, isBusy: false });
      return id;
    } catch (error) {
      throw fileError(error, 'take in the file');
    }
  }

  /** Takes the next piece, which begins at byte `at`; bytes received so far. Throws LabError; what was taken stays. */
  async append(id: string, at: number, bytes: Uint8Array): Promise<number> {
    const upload = this.#find(id);
    if (upload.isBusy || at !== upload.received || at + bytes.length > upload.size)
      throw new LabError('refused', 'Pieces of the file came out of order. Send it again.');
    this.#open.delete(id);
    this.#open.set(id, upload);
    upload.isBusy = true;
    try {
      await writeAll(upload.file, bytes, at);
      upload.received += bytes.length;
      return upload.received;
    } catch (error) {
      throw fileError(error, 'take in the file', 'The notebook is as it was before');
    } finally {
      upload.isBusy = false;
    }
  }

  /** What `use` makes of the whole file; the file is gone afterwards. Throws LabError where pieces are missing. */
  async use<Result>(id: string, use: (path: string) => Promise<Result>): Promise<Result> {
    const { path, received, size } = this.#find(id);
    try {
      if (received !== size) throw new LabError('refused', 'The file is not here as a whole. Send it again.');
      return await use(path);
    } finally {
      await this.drop(id);
    }
  }

  /** Gives an upload up. Nothing happens where it is gone. */
  async drop(id: string): Promise<void> {
    const upload = this.#open.get(id);
    if (upload === undefined) return;
    this.#open.delete(id);
    await upload.file.close();
    await this.#fs.remove(upload.path).catch(() => undefined);
  }

  /** Gives all uploads up, those that a stopped process left among them. */
  async clear(): Promise<void> {
    for (const id of [...this.#open.keys()]) await this.drop(id);
    // What cannot be removed is in nobody's way; the next start tries again.
    await this.#fs.removeFolder(this.#folder).catch(() => undefined);
  }

  #find(id: string): Upload {
    const upload = this.#open.get(id);
    if (upload === undefined)
      throw new LabError('not-found', 'The file is not here any more. Send it again.');
    return upload;
  }
}
