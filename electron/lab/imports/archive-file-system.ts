/** An archive as a file system that can only be read: what opens entries on disk opens them in an archive, unchanged. */
import { crc32 } from 'node:zlib';
import { inflateSync } from 'fflate';
import type { StoredMember } from '../../../experiments/archives/zip-directory.ts';
import { ImportError } from '../../../experiments/formats/import-error.ts';
import type { FileSystem, OpenFile } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** A packed file is unpacked in memory: larger ones must be stored as they are, as Creasebook does. */
const maxUnpacked = 64 * 2 ** 20;

/** The files of `members` under `/`, read from the open archive. */
export function archiveFileSystem(archive: OpenFile, members: readonly StoredMember[]): FileSystem {
  const byPath = new Map(members.map((member) => [`/${member.name}`, member]));
  const plain = (path: string): string => path.replaceAll('\\', '/');
  const refuse = (): Promise<never> => {
    return Promise.reject(new LabError('refused', 'An archive can only be read.'));
  };
  return {
    async open(path, mode) {
      const member = byPath.get(plain(path));
      if (mode !== 'read') return refuse();
      if (member === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
      return member.method === 'stored' ? storedFile(archive, member) : unpackedFile(archive, member);
    },
    list(path) {
      const folder = `${plain(path).replace(/\/$/, '')}/`;
      const below = [...byPath.keys()].filter((name) => name.startsWith(folder));
      return Promise.resolve([
        ...new Set(below.map((name) => name.slice(folder.length).split('/')[0] ?? '')),
      ]);
    },
    facts(path) {
      const member = byPath.get(plain(path));
      const unknown = { modifiedMs: 0, identity: null };
      if (member !== undefined) return Promise.resolve({ kind: 'file', size: member.size, ...unknown });
      const isFolder = [...byPath.keys()].some((name) => name.startsWith(`${plain(path)}/`));
      return Promise.resolve(isFolder ? { kind: 'folder', size: 0, ...unknown } : null);
    },
    rename: refuse,
    link: refuse,
    remove: refuse,
    removeFolder: refuse,
    makeFolder: refuse,
    syncFolder: refuse,
  };
}

function openFile(size: number, read: OpenFile['read']): OpenFile {
  const refuse = (): Promise<never> => {
    return Promise.reject(new LabError('refused', 'An archive can only be read.'));
  };
  return {
    read,
    write: refuse,
    truncate: refuse,
    sync: () => Promise.resolve(),
    size: () => Promise.resolve(size),
    identity: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
}

function storedFile(archive: OpenFile, { size, offset }: StoredMember): OpenFile {
  return openFile(size, (target, position) => {
    const length = Math.max(0, Math.min(target.length, size - position));
    return length === 0 ? Promise.resolve(0) : archive.read(target.subarray(0, length), offset + position);
  });
}

async function unpackedFile(archive: OpenFile, member: StoredMember): Promise<OpenFile> {
  const { name, size, packedSize, offset, crc } = member;
  if (size > maxUnpacked) throw new ImportError(`'${name}' in the archive is packed and too large to unpack`);
  const packed = new Uint8Array(packedSize);
  for (let at = 0; at < packedSize;) {
    const read = await archive.read(packed.subarray(at), offset + at);
    if (read === 0) throw new ImportError('the archive ends too early');
    at += read;
  }
  let bytes: Uint8Array;
  try {
    // A fixed output buffer bounds the memory: what does not fit is dropped.
    bytes = inflateSync(packed, { out: new Uint8Array(size + 1) });
  } catch {
    throw new ImportError(`'${name}' in the archive cannot be unpacked`);
  }
  if (bytes.length !== size || crc32(bytes) !== crc)
    throw new ImportError(`'${name}' in the archive is damaged: it does not unpack to what was packed`);
  return openFile(size, (target, position) => {
    const part = bytes.subarray(position, position + target.length);
    target.set(part);
    return Promise.resolve(part.length);
  });
}
