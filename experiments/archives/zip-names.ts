/** Names that files in an archive may have. */
import { ImportError } from '../formats/import-error.ts';

const maxNameLength = 400;

/** Throws ImportError where a name is absolute, climbs, is odd, is taken twice (also by letter case), or is a file and a folder. */
export function checkNames(names: readonly string[]): void {
  const taken = new Set<string>();
  const folders = new Set<string>();
  for (const name of names) {
    checkName(name);
    const key = keyOf(name.replace(/\/$/, ''));
    if (taken.has(key)) throw new ImportError(`the archive has '${name}' twice`);
    taken.add(key);
    const parts = key.split('/');
    const last = name.endsWith('/') ? parts.length : parts.length - 1;
    for (let depth = 1; depth <= last; depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  for (const name of names) {
    if (!name.endsWith('/') && folders.has(keyOf(name)))
      throw new ImportError(`'${name}' in the archive is a file and a folder`);
  }
}

function checkName(name: string): void {
  const shown = name.length > 80 ? `${name.slice(0, 80)}...` : name;
  const parts = name.replace(/\/$/, '').split('/');
  if (name.length > maxNameLength) throw new ImportError(`the name '${shown}' in the archive is too long`);
  if (name.startsWith('/') || /^[a-z]:/i.test(name))
    throw new ImportError(`the archive has the absolute path '${shown}'`);
  if (parts.includes('..')) throw new ImportError(`the path '${shown}' leads out of the archive`);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (parts.some((part) => part === '' || part === '.') || /[\\:*?"<>|\u0000-\u001f\u007f]/.test(name))
    throw new ImportError(`the archive has the impossible name '${shown.replace(/[^\x20-\x7e]/g, '?')}'`);
}

/** What file systems that ignore letter case and composition see. */
function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Name of the one folder that everything in the archive lies in. Throws ImportError where there is none. */
export function rootFolder(names: readonly string[]): string {
  const roots = new Set(names.map((name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '')));
  const [root] = roots;
  if (roots.size === 1 && root !== undefined && root !== '') return root;
  throw new ImportError('the archive must have one folder with everything in it');
}
