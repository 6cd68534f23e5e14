import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createWhole,
  diskFileSystem,
  makeFolders,
  readWhole,
  removeTemporaries,
  writeWhole,
} from '../../../../electron/lab/disk/files.ts';
import { fileError, LabError } from '../../../../electron/lab/disk/lab-error.ts';
import { ModelFileSystem } from '../../../crash/model-file-system.ts';
import { temporaryFolder } from '../notebook/sample-notebook.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a whole file is replaced and nothing else is left in its folder', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'entry.json');
  await writeWhole(diskFileSystem, path, utf8('old and longer'));
  await writeWhole(diskFileSystem, path, utf8('new'));
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['entry.json']);
});

test('however short the writes are, all bytes arrive', async () => {
  const fs = new ModelFileSystem();
  fs.faults = { longestWrite: 3 };
  await writeWhole(fs, '/file', utf8('0123456789'));
  expect(fs.bytes('/file')).toEqual(utf8('0123456789'));
});

test('a write that fails leaves the old file and no temporary one', async () => {
  const fs = new ModelFileSystem();
  await writeWhole(fs, '/file', utf8('old'));
  const operations = fs.operations;
  for (let failAt = 0; failAt < operations - 1; failAt++) {
    fs.operations = 0;
    fs.faults = { failAt, errno: 'ENOSPC' };
    await expect(writeWhole(fs, '/file', utf8('new'))).rejects.toMatchObject({ code: 'disk-full' });
    expect(await fs.list('/')).toEqual(['file']);
    expect(fs.bytes('/file')).toEqual(utf8('old'));
  }
});

test('a file is created once only, whoever asks', async () => {
  const path = join(temporaryFolder(), 'lock');
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, (_, index) => createWhole(diskFileSystem, path, utf8(`owner ${index}`))),
  );
  expect(outcomes.filter(Boolean)).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toBe(`owner ${outcomes.indexOf(true)}`);
});

test('where there are no hard links, a file is still created once only', async () => {
  const fs = new ModelFileSystem();
  fs.link = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
  expect(await createWhole(fs, '/lock', utf8('first'))).toBe(true);
  expect(await createWhole(fs, '/lock', utf8('second'))).toBe(false);
  expect(fs.bytes('/lock')).toEqual(utf8('first'));
  expect(await fs.list('/')).toEqual(['lock']);
});

test('folders are made with those above them, also below a link to a folder', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'real'));
  symlinkSync(join(folder, 'real'), join(folder, 'link'));
  await makeFolders(diskFileSystem, join(folder, 'link', 'a', 'b'));
  expect(readdirSync(join(folder, 'real', 'a'))).toEqual(['b']);
  writeFileSync(join(folder, 'file'), '');
  await expect(makeFolders(diskFileSystem, join(folder, 'file'))).rejects.toThrow(LabError);
  await expect(makeFolders(diskFileSystem, join(folder, 'file', 'below'))).rejects.toThrow(LabError);
});

test('a file over the limit is refused before it is read', async () => {
  const path = join(temporaryFolder(), 'big');
  writeFileSync(path, new Uint8Array(1001));
  expect((await readWhole(diskFileSystem, path, 1001)).length).toBe(1001);
  await expect(readWhole(diskFileSystem, path, 1000)).rejects.toMatchObject({ code: 'damaged' });
  await expect(readWhole(diskFileSystem, join(path, 'x'), 10)).rejects.toMatchObject({ code: 'not-found' });
});

test('more than a system call takes at once is asked for in parts', async () => {
  const path = join(temporaryFolder(), 'empty');
  const file = await diskFileSystem.open(path, 'create');
  expect(await file.read(new Uint8Array(2 ** 31 + 8), 0)).toBe(0);
  await file.close();
});

test('temporary files of a stopped process are removed, others are not', async () => {
  const folder = temporaryFolder();
  for (const name of ['.creasebook-0123.tmp', 'notes.tmp', '.creasebook-x'])
    writeFileSync(join(folder, name), '');
  await removeTemporaries(diskFileSystem, folder);
  expect(readdirSync(folder).sort()).toEqual(['.creasebook-x', 'notes.tmp']);
  await removeTemporaries(diskFileSystem, join(folder, 'missing'));
});

test.each([
  [
    'ENOSPC',
    'disk-full',
    'Could not write entry.json: the disk is full. The old one is there. Make room and try again.',
  ],
  ['EDQUOT', 'disk-full', /quota/],
  ['EFBIG', 'disk-full', /may not grow/],
  ['EROFS', 'read-only', /read-only.*--notebook/],
  ['EACCES', 'no-permission', /permission was denied/],
  ['EIO', 'io', /reported an error/],
  ['ESTRANGE', 'io', /ESTRANGE/],
])('%s becomes the error %s with what happened, what was kept and what to do', (errno, code, message) => {
  const error = fileError(
    Object.assign(new Error('x'), { code: errno }),
    'write entry.json',
    'The old one is there',
  );
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
});

test('mistakes of ours are not dressed up as file errors', () => {
  const mistake = new TypeError('x is not a function');
  expect(fileError(mistake, 'write entry.json')).toBe(mistake);
});
