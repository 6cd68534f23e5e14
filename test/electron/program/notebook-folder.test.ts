import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { defaultNotebookFolder, notebookFolder } from '../../../electron/program/notebook-folder.ts';
import { scratchFolder } from '../scratch-folder.ts';

/** A home whose desktop names its folders so. */
function home(userDirs: string | null): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, '.config'));
  if (userDirs !== null) writeFileSync(join(folder, '.config', 'user-dirs.dirs'), userDirs);
  return folder;
}

it('is the one that is named, else the one of the environment', () => {
  expect(notebookFolder(['--notebook', '/a'], { CREASEBOOK_NOTEBOOK: '/b' })).toBe(resolve('/a'));
  expect(notebookFolder(['--notebook=/a'], {})).toBe(resolve('/a'));
  expect(notebookFolder([], { CREASEBOOK_NOTEBOOK: '/b' })).toBe(resolve('/b'));
});

it.each([
  ['# made by a program\nXDG_DOCUMENTS_DIR="$HOME/Dokumente"\n', 'Dokumente'],
  ['XDG_MUSIC_DIR="$HOME/Musik"\n', 'Documents'],
  ['XDG_DOCUMENTS_DIR="$HOME/"\n', 'Documents'],
  ['XDG_DOCUMENTS_DIR="relative"\n', 'Documents'],
  ['', 'Documents'],
  [null, 'Documents'],
])('is below the documents of a Linux desktop that says %j: %s', (userDirs, name) => {
  const folder = home(userDirs);
  expect(defaultNotebookFolder({}, folder, 'linux')).toBe(join(folder, name, 'Creasebook'));
  expect(defaultNotebookFolder({}, folder, 'darwin')).toBe(join(folder, 'Documents', 'Creasebook'));
});

it('stays where it is already', () => {
  const folder = home('XDG_DOCUMENTS_DIR="$HOME/Dokumente"\n');
  mkdirSync(join(folder, 'Documents', 'Creasebook'), { recursive: true });
  expect(defaultNotebookFolder({}, folder, 'linux')).toBe(join(folder, 'Documents', 'Creasebook'));
});

it('is below a whole path that the desktop names', () => {
  const folder = home('XDG_DOCUMENTS_DIR="/data/papers"\n');
  expect(defaultNotebookFolder({}, folder, 'linux')).toBe('/data/papers/Creasebook');
});
