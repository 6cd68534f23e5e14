/** What the app is asked to open by words of a command line or by the system: links into the notebook, and files. */
import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenRequest } from '../contract/app.ts';
import { appScheme, maybeUrl } from '../policy/origins.ts';

/** Larger files are imported from inside the app, piece by piece. */
const maxFileBytes = 256 * 2 ** 20;

/** Endings of files that the app opens. */
const openedEndings = ['eln', 'yaml', 'yml', 'safetensors', 'onnx', 'png'] as const;

const opened = new RegExp(`\\.(?:${openedEndings.join('|')})$`, 'i');

/**
 * The place of a link: creasebook://entry/ENTRY, with /CELL and ?epoch=N where it names them. Links are words of strangers:
 * null for anything else.
 */
export function placeOfLink(text: string): OpenRequest | null {
  const url = maybeUrl(text);
  if (url === null || url.protocol !== `${appScheme}:` || url.host !== 'entry') return null;
  const found = /^\/([0-9a-f]{8})(?:\/([0-9a-f]{16}))?\/?$/.exec(url.pathname);
  if (found === null) return null;
  const [, entryId = '', cellId = null] = found;
  const epoch = /^\d{1,9}$/.test(url.searchParams.get('epoch') ?? '')
    ? Number(url.searchParams.get('epoch'))
    : null;
  return { kind: 'place', entryId, cellId, epoch };
}

/** A file's bytes for a page; throws an error in words where it cannot be read or is too large. */
export function openedFile(path: string): OpenRequest {
  const name = basename(path);
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts?.isFile() !== true) throw new Error(`${name} is not there any more.`);
  if (facts.size > maxFileBytes)
    throw new Error(`${name} is too large to be opened so: import it from the notebook's own menu.`);
  return { kind: 'file', name, bytes: new Uint8Array(readFileSync(path)) };
}

function maybePath(address: string): string | null {
  try {
    return fileURLToPath(address);
  } catch {
    return null;
  }
}

/** What a word names: a link into the notebook, or a file of a kind that the app opens. */
export type OpenWord = { readonly link: string } | { readonly path: string };

/** Links and files among the words that a program was started with; where files are, relative to `folder`. */
export function openedWords(words: readonly string[], folder: string): OpenWord[] {
  const named = words
    .slice(1)
    .filter((word, at, all) => !word.startsWith('-') && all[at - 1] !== '--notebook');
  return named.flatMap((word): OpenWord[] => {
    if (word.startsWith(`${appScheme}:`)) return [{ link: word }];
    if (!opened.test(word)) return [];
    // File managers of Linux name files as addresses.
    const path = word.startsWith('file:') ? maybePath(word) : resolve(folder, word);
    return path === null ? [] : [{ path }];
  });
}
