/** Writing within one folder alone while a condition holds: how a notebook finds out that it is another one's by now. */
import { sep } from 'node:path';
import type { FileSystem, OpenFile } from './files.ts';

/** `fs` with `check` called, and its error passed on, before every change in `folder` and below. */
export function guardedFileSystem(fs: FileSystem, folder: string, check: () => Promise<void>): FileSystem {
  const before = async <T>(path: string, change: () => Promise<T>): Promise<T> => {
    if (path === folder || path.startsWith(folder + sep)) await check();
    return change();
  };
  return {
    open: async (path, mode) => {
      if (mode === 'read') return fs.open(path, mode);
      const file =
        mode === 'create' ? await before(path, () => fs.open(path, mode)) : await fs.open(path, mode);
      return guardedFile(file, (change) => before(path, change));
    },
    rename: (from, to) => before(to, () => fs.rename(from, to)),
    link: (from, to) => before(to, () => fs.link(from, to)),
    remove: (path) => before(path, () => fs.remove(path)),
    removeFolder: (path) => before(path, () => fs.removeFolder(path)),
    makeFolder: (path, mode) => before(path, () => fs.makeFolder(path, mode)),
    list: (path) => fs.list(path),
    facts: (path) => fs.facts(path),
    syncFolder: (path) => fs.syncFolder(path),
  };
}

function guardedFile(file: OpenFile, before: <T>(change: () => Promise<T>) => Promise<T>): OpenFile {
  return {
    read: (target, position) => file.read(target, position),
    write: (bytes, position) => before(() => file.write(bytes, position)),
    truncate: (size) => before(() => file.truncate(size)),
    sync: () => file.sync(),
    size: () => file.size(),
    identity: () => file.identity(),
    close: () => file.close(),
  };
}
