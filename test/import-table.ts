/** The import table of the house as a pure check over source texts, so that planted violations can be tried on it. */
import { posix } from 'node:path';

export interface SourceFile {
  /** Path from the root with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const importPattern =
  /(?:^|[^.\w])(?:import|export)\s*(?:type\s)?(?:[\w*{}\s,$]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\brequire\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Every module that a source text names in an import, an export-from, an import() or a require(). */
export function importsOf(text: string): string[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...withoutComments.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** What files may be asked without changing them. */
const fileReaders = new Set([
  'access',
  'existsSync',
  'lstat',
  'lstatSync',
  'readdir',
  'readdirSync',
  'readFile',
  'readFileSync',
  'readlink',
  'realpath',
  'stat',
  'statSync',
  'statfs',
]);
/** Files that may write: in notebooks, and outside of them. */
const writers: ReadonlySet<string> = new Set([
  'electron/lab/disk/files.ts',
  'electron/lab/disk/outside-files.ts',
]);
const isFileModule = (name: string): boolean => /^(?:node:)?fs(?:\/promises)?$/.test(name);
const namedImport = /\bimport\s*\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/g;
const typeImport = /\bimport\s+type\s[^'"]*\sfrom\s*['"]([^'"]+)['"]/g;

/** One line per breach of the table; empty where the house is in order. */
export function importViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [...tableViolations(file), ...writeViolations(file)]);
}

function tableViolations(file: SourceFile): string[] {
  const room = roomOf(file.path);
  return importsOf(file.text).flatMap((name) => {
    if (!name.startsWith('.')) return packageViolation(file.path, room, name);
    const target = posix.normalize(posix.join(posix.dirname(file.path), name));
    return mayImport(room, roomOf(target), target) ? [] : [`${file.path}: ${room} must not import ${target}`];
  });
}

function packageViolation(path: string, room: string, name: string): string[] {
  const isElectron = name === 'electron' || name.startsWith('electron/');
  if (isElectron && room !== 'shell') return [`${path}: only electron/shell may name 'electron'`];
  const forbidden =
    room === 'experiments'
      ? /^(node:|fs$|path$|os$|svelte)/
      : room === 'renderer'
        ? /^(node:|fs$|path$|os$)/
        : null;
  return forbidden?.test(name) ? [`${path}: ${room} must not import ${name}`] : [];
}

function roomOf(path: string): string {
  if (path.startsWith('electron/shell/')) return 'shell';
  return path.split('/')[0] ?? '';
}

function mayImport(from: string, to: string, target: string): boolean {
  if (from === to || from === 'test') return true;
  if (from === 'experiments') return false;
  // Compiled kernels are files that the page fetches.
  if (from === 'renderer' && /^dist\/kernels\/[a-z]+\.wasm\?url$/.test(target)) return true;
  if (from === 'renderer') return to === 'experiments' || /^electron\/contract\//.test(target);
  if (from === 'electron') return to === 'experiments';
  if (from === 'shell') return to === 'experiments' || to === 'electron';
  return true;
}

/**
 * Only electron/lab/disk/files.ts writes files, and outside-files.ts beside it what lies in no notebook: elsewhere the modules of files are named in imports of types or of reading
 * functions only, never as a whole, never dynamically, never handed on.
 */
function writeViolations(file: SourceFile): string[] {
  const isChecked = /^(electron|experiments|renderer)\//.test(file.path);
  if (!isChecked || writers.has(file.path)) return [];
  const named = [...file.text.matchAll(namedImport)].filter(
    ([, names = '', module = '']) =>
      isFileModule(module) && importedNames(names).every((name) => fileReaders.has(name)),
  );
  const typed = [...file.text.matchAll(typeImport)].filter(([, module = '']) => isFileModule(module));
  const harmless = named.length + typed.length;
  return importsOf(file.text).filter(isFileModule).length > harmless
    ? [`${file.path}: only electron/lab/disk/files.ts writes files`]
    : [];
}

/** Names between the braces of an import, as the module calls them, types left out. */
function importedNames(braces: string): string[] {
  return braces
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.replace(/\s+as\s.*/s, ''));
}
