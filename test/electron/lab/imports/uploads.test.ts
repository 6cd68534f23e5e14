import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maxUploadBytes } from '../../../../electron/contract/upload-limits.ts';
import { diskFileSystem, type FileSystem } from '../../../../electron/lab/disk/files.ts';
import { Uploads } from '../../../../electron/lab/imports/uploads.ts';
import { scratchFolder } from '../../scratch-folder.ts';

function begun(fs: FileSystem = diskFileSystem): { uploads: Uploads; folder: string; names: () => string[] } {
  const folder = join(scratchFolder(), '.uploads');
  return { uploads: new Uploads(fs, folder), folder, names: () => readdirSync(folder) };
}

const part = Uint8Array.of(1, 2, 3);

test('pieces in order are the file, which is gone once it was used', async () => {
  const { uploads, names } = begun();
  const id = await uploads.begin(6);
  expect(await uploads.append(id, 0, part)).toBe(3);
  expect(await uploads.append(id, 3, part)).toBe(6);
  expect(await uploads.use(id, (path) => Promise.resolve([...readFileSync(path)]))).toEqual([
    1, 2, 3, 1, 2, 3,
  ]);
  expect(names()).toEqual([]);
  await expect(uploads.append(id, 6, part)).rejects.toMatchObject({ code: 'not-found' });
});

test('a use that fails takes the file with it', async () => {
  const { uploads, names } = begun();
  const id = await uploads.begin(0);
  const failing = uploads.use(id, () => Promise.reject(new Error('no entry')));
  await expect(failing).rejects.toThrow('no entry');
  expect(names()).toEqual([]);
});

test('pieces out of order, too many, or missing are refused', async () => {
  const { uploads } = begun();
  const id = await uploads.begin(4);
  await expect(uploads.append(id, 1, part)).rejects.toMatchObject({ code: 'refused' });
  await uploads.append(id, 0, part);
  await expect(uploads.append(id, 0, part)).rejects.toMatchObject({ code: 'refused' });
  await expect(uploads.append(id, 3, part)).rejects.toMatchObject({ code: 'refused' });
  const used = uploads.use(id, () => Promise.reject(new Error('used')));
  await expect(used).rejects.toMatchObject({ code: 'refused' });
});

test('two pieces at once are not mixed', async () => {
  const { uploads } = begun();
  const id = await uploads.begin(6);
  const both = await Promise.allSettled([uploads.append(id, 0, part), uploads.append(id, 0, part)]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('files beyond the limit or beyond the disk are refused before the first piece', async () => {
  const { uploads, folder } = begun();
  await expect(uploads.begin(maxUploadBytes + 1)).rejects.toMatchObject({ code: 'refused' });
  expect(existsSync(folder)).toBe(false);
});

test('of many uploads the one that stood still longest is given up', async () => {
  const { uploads, names } = begun();
  const ids: string[] = [];
  for (let count = 0; count < 4; count++) ids.push(await uploads.begin(6));
  await uploads.append(ids[0]!, 0, part);
  await uploads.begin(6);
  expect(names()).toHaveLength(4);
  expect(await uploads.append(ids[0]!, 3, part)).toBe(6);
  await expect(uploads.append(ids[1]!, 0, part)).rejects.toMatchObject({ code: 'not-found' });
});

test('what a stopped process left is cleared', async () => {
  const { uploads, folder } = begun();
  mkdirSync(folder);
  writeFileSync(join(folder, 'left'), 'x');
  await uploads.clear();
  expect(existsSync(folder)).toBe(false);
});

test('a full disk is said in one line', async () => {
  const full: FileSystem = {
    ...diskFileSystem,
    open: async (path, mode) => ({
      ...(await diskFileSystem.open(path, mode)),
      write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    }),
  };
  const { uploads, names } = begun(full);
  const id = await uploads.begin(3);
  await expect(uploads.append(id, 0, part)).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/^Could not take in the file: the disk is full/) as string,
  });
  await uploads.drop(id);
  expect(names()).toEqual([]);
});
