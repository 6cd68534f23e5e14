/** Which notebook a program opens. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder after --notebook, else CREASEBOOK_NOTEBOOK, else Documents/Creasebook. */
export function notebookFolder(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const at = argv.findIndex((word) => word === '--notebook' || word.startsWith('--notebook='));
  const word = argv[at] ?? '';
  const given = word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[at + 1];
  const chosen = at < 0 || given === undefined ? environment['CREASEBOOK_NOTEBOOK'] : given;
  return chosen === undefined || chosen === '' ? join(homedir(), 'Documents', 'Creasebook') : resolve(chosen);
}
