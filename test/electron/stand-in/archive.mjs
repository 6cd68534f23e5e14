/** One archive as Electron sees it: four numbers of four bytes, the last of them the header's length, the header as JSON, files. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

const own = { ...fs };

let temporary = null;
function temporaryFolder() {
  if (temporary !== null) return temporary;
  const folder = own.mkdtempSync(join(tmpdir(), 'stand-in-archive-'));
  process.on('exit', () => own.rmSync(folder, { recursive: true, force: true }));
  return (temporary = folder);
}

export class Archive {
  #header;
  #first;
  #file;
  #copies = new Map();

  constructor(path) {
    this.path = path;
    this.#file = own.openSync(path, 'r');
    const numbers = Buffer.alloc(16);
    own.readSync(this.#file, numbers, 0, 16, 0);
    const header = Buffer.alloc(numbers.readUInt32LE(12));
    own.readSync(this.#file, header, 0, header.length, 16);
    this.#header = JSON.parse(header.toString());
    this.#first = 8 + numbers.readUInt32LE(4);
  }

  /** What the header says of a path inside; undefined where it lists none. */
  entry(inside) {
    let entry = this.#header;
    for (const name of inside.split(sep).filter(Boolean)) {
      if (entry?.files === undefined || !Object.hasOwn(entry.files, name)) return undefined;
      entry = entry.files[name];
    }
    return entry;
  }

  /** E: lib/node/asar-fs-wrapper.ts, validateBufferIntegrity: bytes that are not those of the hash end the process. */
  bytes(entry, inside) {
    // What lies beside the archive is read without a hash.
    if (entry.unpacked === true) return own.readFileSync(this.#beside(inside));
    const bytes = Buffer.alloc(entry.size);
    own.readSync(this.#file, bytes, 0, entry.size, this.#first + Number(entry.offset));
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (entry.size > 0 && entry.integrity !== undefined && hash !== entry.integrity.hash) {
      console.error(`ASAR Integrity Violation: got a hash mismatch (${hash} vs ${entry.integrity.hash})`);
      process.exit(1);
    }
    return bytes;
  }

  #beside(inside) {
    return `${this.path}.unpacked${inside}`;
  }

  /** E: shell/common/asar/archive.cc, CopyFileOut: a file that a descriptor is wanted of is written to a temporary one. */
  copyOut(inside) {
    const entry = this.entry(inside);
    if (entry === undefined || entry.files !== undefined) return null;
    if (entry.unpacked === true) return this.#beside(inside);
    if (!this.#copies.has(inside)) {
      const copy = join(temporaryFolder(), `${this.#copies.size}-${inside.split(sep).at(-1)}`);
      own.writeFileSync(copy, this.bytes(entry, inside));
      this.#copies.set(inside, copy);
    }
    return this.#copies.get(inside);
  }
}

const archives = new Map();

/** The archive of a path and the path inside; null for any other path, and for archives that are folders. */
export function inArchive(path) {
  const text = path instanceof URL ? (path.protocol === 'file:' ? path.pathname : '') : path;
  if (typeof text !== 'string') return null;
  const at = text.indexOf('.asar');
  const end = at + '.asar'.length;
  if (at < 0 || (text.length > end && text[end] !== sep)) return null;
  const archivePath = text.slice(0, end);
  if (!archives.has(archivePath)) {
    const isFile = own.statSync(archivePath, { throwIfNoEntry: false })?.isFile() === true;
    archives.set(archivePath, isFile ? new Archive(archivePath) : null);
  }
  const archive = archives.get(archivePath);
  return archive === null ? null : { archive, inside: join(sep, text.slice(end)) };
}
