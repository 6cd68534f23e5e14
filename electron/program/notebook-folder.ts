/** Which notebook a program opens. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder after --notebook, else CREASEBOOK_NOTEBOOK, else Documents/Creasebook. */
export function notebookFolder(argv: readonly string[], environment: Environment): string {
  const at = argv.findIndex((word) => word === '--notebook' || word.startsWith('--notebook='));
  const word = argv[at] ?? '';
  const given = word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[at + 1];
  const chosen = at < 0 || given === undefined ? environment['CREASEBOOK_NOTEBOOK'] : given;
  return chosen === undefined || chosen === '' ? defaultNotebookFolder(environment) : resolve(chosen);
}

/**
 * Creasebook in the folder of the person's documents: the one that is there already, else below the folder that the
 * desktop names, which has another name in other languages, else below Documents.
 */
export function defaultNotebookFolder(
  environment: Environment,
  home: string = homedir(),
  platform: string = process.platform,
): string {
  const plain = join(home, 'Documents', 'Creasebook');
  if (platform !== 'linux' || existsSync(plain)) return plain;
  const named = namedDocuments(environment, home);
  return named === null ? plain : join(named, 'Creasebook');
}

/** The documents' folder by user-dirs.dirs of freedesktop.org, which has shell lines with $HOME or whole paths; or null. */
function namedDocuments(environment: Environment, home: string): string | null {
  const config = environment['XDG_CONFIG_HOME'] ?? '';
  try {
    const text = readFileSync(join(config === '' ? join(home, '.config') : config, 'user-dirs.dirs'), 'utf8');
    const value = /^XDG_DOCUMENTS_DIR="([^"]*)"/m.exec(text)?.[1] ?? '';
    const path = value.startsWith('$HOME/') ? join(home, value.slice('$HOME/'.length)) : value;
    // A desktop that has no folder for documents names the home itself.
    return path.startsWith('/') && resolve(path) !== resolve(home) ? path : null;
  } catch {
    return null;
  }
}
