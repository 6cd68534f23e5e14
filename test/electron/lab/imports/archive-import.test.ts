import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { mostArchived } from '../../../../experiments/archives/zip-directory.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { verifyChain } from '../../../../electron/lab/verification/chain-level.ts';
import { temporaryFolder } from '../notebook/sample-notebook.ts';
import {
  archiveOf,
  contentOf,
  filesOf,
  goldenArchive,
  goldenNames,
  goldenNotebook,
  importInto,
  rewritten,
  zipOf,
  type Packed,
} from '../exports/stored-entry.ts';

const ring = goldenNames.find((name) => name.includes('ring'))!;

test.each(goldenNames)('%s: export, import into an empty notebook, export: the same bytes', async (name) => {
  const first = await goldenArchive(name);
  const dir = temporaryFolder();
  // The notes of one of them claim what its records do not bear out: worth a remark, no reason to refuse it.
  const remark = (claim: string): string =>
    `notes.md, epoch 40: '65/learning rate 0.001: IoU @ 40 = ${claim}' does not hold: the records say .04`;
  expect(await importInto(dir, first)).toEqual(name === ring ? [remark('.5')] : []);
  const notebook = await openNotebook(dir, { mode: 'read' });
  const second = await archiveOf(notebook, name);
  expect(Buffer.compare(first, second)).toBe(0);
  expect((await verifyChain(await notebook.find(name))).holds).toBe(true);
  await notebook.close();
  const kept = contentOf(join(goldenNotebook(), 'entries', name));
  const imported = contentOf(join(dir, 'entries', name));
  for (const [path, digest] of Object.entries(kept)) expect([path, imported[path]]).toEqual([path, digest]);
});

test('other programs unpack the archive to the files of the entry', async () => {
  const archive = await goldenArchive(ring);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.eln'), archive);
  execFileSync('python3', ['-m', 'zipfile', '-e', 'a.eln', '.'], { cwd: folder });
  expect(readdirSync(folder).sort()).toEqual([ring, 'a.eln'].sort());
  const kept = contentOf(join(goldenNotebook(), 'entries', ring));
  const unpacked = contentOf(join(folder, ring));
  for (const [path, digest] of Object.entries(kept)) expect([path, unpacked[path]]).toEqual([path, digest]);
});

test('an archive that another program packed again, deflated, is the same entry', async () => {
  const archive = await goldenArchive(ring);
  const again = zipSync(Object.fromEntries(filesOf(archive).map(({ name, bytes }) => [name, bytes])), {
    level: 9,
  });
  expect(again.length).toBeLessThan(archive.length);
  const dir = temporaryFolder();
  await importInto(dir, again);
  const notebook = await openNotebook(dir, { mode: 'read' });
  expect(Buffer.compare(await archiveOf(notebook, ring), archive)).toBe(0);
  await notebook.close();
});

test('an archive that a Mac packed again is the same entry', async () => {
  const archive = await goldenArchive(ring);
  const left = ['__MACOSX/', `__MACOSX/._${ring}`, `${ring}/.DS_Store`, `${ring}/cells/.DS_Store`];
  const junk = left.map((name) => [name, new Uint8Array(4)] as const);
  const files = filesOf(archive).map(({ name, bytes }) => [name, bytes] as const);
  const dir = temporaryFolder();
  await importInto(dir, zipSync(Object.fromEntries([...junk.slice(1), ...files])));
  const notebook = await openNotebook(dir, { mode: 'read' });
  expect(Buffer.compare(await archiveOf(notebook, ring), archive)).toBe(0);
  await notebook.close();
});

test('archives of other programs are called so', async () => {
  const crate = { name: 'other/ro-crate-metadata.json', bytes: new TextEncoder().encode('{}') };
  const note = { name: 'other/sample/notes.txt', bytes: new Uint8Array(3) };
  for (const files of [[crate], [crate, note]]) {
    await expect(importInto(temporaryFolder(), zipOf(files))).rejects.toThrow(
      'the archive is an .eln of another program: it has no entry of Creasebook (entry.json) in it',
    );
  }
  await expect(importInto(temporaryFolder(), zipOf([note]))).rejects.toThrow('no entry of Creasebook');
  const pointer = new TextEncoder().encode(
    'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n',
  );
  await expect(importInto(temporaryFolder(), pointer)).rejects.toThrow('Git LFS pointer');
});

test('an entry that is there already stays as it is', async () => {
  const dir = goldenNotebook();
  const before = contentOf(join(dir, 'entries'));
  await expect(importInto(dir, await goldenArchive(ring))).rejects.toMatchObject({ code: 'refused' });
  expect(contentOf(join(dir, 'entries'))).toEqual(before);
});

describe('nothing is written of an archive that', () => {
  async function expectRefused(archive: Uint8Array, words: RegExp): Promise<void> {
    const dir = temporaryFolder();
    await expect(importInto(dir, archive)).rejects.toThrow(words);
    expect(contentOf(dir)).toEqual({});
    expect(readdirSync(join(dir, 'entries'))).toEqual([]);
  }
  const some = (name: string): Packed => ({ name, bytes: Buffer.from('x') });

  test.each<[string, string, string, RegExp]>([
    ['climbs out', 'root/aa/b', 'root/../b', /leads out/],
    ['climbs out of its root', 'root/b', '../ot/b'.slice(0, 6), /leads out/],
    ['is absolute', 'root/b', '/oot/b', /absolute/],
    ['names a drive', 'root/b', 'C:/o/b', /absolute/],
    ['uses backslashes', 'root/b', 'r\\ot/b', /impossible name/],
    ['has an empty part', 'root/b', 'ro//xb', /impossible name/],
    ['has a control character', 'root/b', 'ro\nt/b', /impossible name/],
    ['has a dot as a folder', 'root/b/c', 'root/./c', /impossible name/],
    ['has no root folder', 'root/entry.json', 'root_entry.json', /no entry of Creasebook|one folder/],
  ])('%s', async (_what, before, after, words) => {
    await expectRefused(
      zipOf([some(before)], () => after),
      words,
    );
  });

  test('has a name twice, also by letter case', async () => {
    await expectRefused(zipOf([some('root/a'), some('root/a')]), /twice/);
    await expectRefused(zipOf([some('root/a'), some('root/A')]), /twice/);
    await expectRefused(zipOf([some('root/a'), some('root/a/b')]), /file and a folder/);
    await expectRefused(zipOf([some('root/entry.json'), some('other/a')]), /one folder/);
  });

  test('has a link, a device, or something encrypted', async () => {
    const change = (at: (zip: Buffer) => number, value: number): Uint8Array => {
      const zip = Buffer.from(zipOf([some('root/a')]));
      zip.writeUInt32LE(value, at(zip));
      return Uint8Array.from(zip);
    };
    const attributes = (zip: Buffer): number => zip.indexOf('PK\u0001\u0002') + 38;
    await expectRefused(change(attributes, (0o120777 << 16) >>> 0), /link/);
    await expectRefused(change(attributes, (0o020666 << 16) >>> 0), /link/);
    const flags = Buffer.from(zipOf([some('root/a')]));
    flags.writeUInt16LE(1, flags.indexOf('PK\u0001\u0002') + 8);
    await expectRefused(Uint8Array.from(flags), /encrypted/);
  });

  test('unpacks to a thousand times its size, or to another size than it says', async () => {
    const bomb = zipSync({ 'root/entry.json': new Uint8Array(64 * 2 ** 20) }, { level: 9 });
    expect(bomb.length).toBeLessThan(70_000);
    await expectRefused(bomb, /would grow more than 100 times/);
    const zip = Buffer.from(
      zipSync({
        'root/ro-crate-metadata.json': new Uint8Array(500_000),
        'root/entry.json': new Uint8Array(1),
      }),
    );
    // A smaller size in both headers: what comes out must not be taken for it.
    for (const [signature, offset] of [
      ['PK\u0003\u0004', 22],
      ['PK\u0001\u0002', 24],
    ] as const)
      zip.writeUInt32LE(1000, zip.indexOf(signature) + offset);
    await expectRefused(Uint8Array.from(zip), /damaged|unpacked/);
  });

  test('has more files than any entry', async () => {
    const zip = Buffer.from(zipOf([some('root/a')]));
    const end = zip.subarray(zip.indexOf('PK\u0005\u0006'));
    const place = zip.length - end.length;
    // The end record of a large archive and where it lies, before the usual one.
    const large = Buffer.alloc(56 + 20);
    large.write('PK\u0006\u0006');
    large.writeBigUInt64LE(44n, 4);
    for (const at of [24, 32]) large.writeBigUInt64LE(BigInt(mostArchived + 1), at);
    large.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
    large.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
    large.write('PK\u0006\u0007', 56);
    large.writeBigUInt64LE(BigInt(place), 64);
    large.writeUInt32LE(1, 72);
    const archive = Buffer.concat([zip.subarray(0, place), large, end]);
    await expectRefused(Uint8Array.from(archive), new RegExp(`${mostArchived + 1} files`));
  });

  test('tells one thing in its directory and another before the file', async () => {
    const zip = Buffer.from(zipOf([some('root/a')]));
    zip.write('root/b', 30);
    await expectRefused(Uint8Array.from(zip), /not what the directory says/);
    const overlapping = Buffer.from(zipOf([some('root/a'), some('root/a'.replace('a', 'c'))]));
    const first = overlapping.indexOf('PK\u0001\u0002');
    const second = overlapping.indexOf('PK\u0001\u0002', first + 1);
    overlapping.writeUInt32LE(0, second + 42);
    await expectRefused(Uint8Array.from(overlapping), /not what the directory says|share bytes/);
  });

  test('has a file that is no part of an entry, misses one, or has another than described', async () => {
    const archive = await goldenArchive(ring);
    const files = filesOf(archive);
    await expectRefused(zipOf([...files, some(`${ring}/run.sh`)]), /run\.sh.*no part of an entry/);
    await expectRefused(zipOf([...files, some(`${ring}/cells/${'0'.repeat(16)}/records`)]), /not the file/);
    await expectRefused(zipOf(files.filter(({ name }) => !name.endsWith('notes.md'))), /lacks 'notes.md'/);
    await expectRefused(zipOf(files.slice(1)), /has no ro-crate-metadata.json/);
    const other = files.map((file) =>
      file.name.endsWith('notes.md') ? { ...file, bytes: Buffer.from('?') } : file,
    );
    await expectRefused(zipOf(other), /'notes.md'.*not the file/);
  });

  test('was altered, its digests with it', async () => {
    const archive = await goldenArchive(ring);
    const flip = (wanted: RegExp) =>
      rewritten(archive, (path, bytes) => {
        if (!wanted.test(path)) return bytes;
        const copy = bytes.slice();
        copy[Math.floor(copy.length / 2)]! ^= 1;
        return copy;
      });
    await expectRefused(flip(/records$/), /does not hold: records/);
    await expectRefused(flip(/previews$/), /does not hold: previews|unfold/);
    await expectRefused(flip(/sweep\.yaml$/), /does not hold: sweep\.yaml/);
    await expectRefused(flip(/^targets/), /picture/i);
    await expectRefused(flip(/safetensors$/), /does not hold: weights/);
  });

  test('has a newer format', async () => {
    const archive = rewritten(await goldenArchive(ring), (path, bytes) =>
      path === 'entry.json'
        ? Buffer.from(Buffer.from(bytes).toString().replace('"version": 1', '"version": 3'))
        : bytes,
    );
    await expectRefused(archive, /newer/);
  });
});

test('words about a changed entry.json are a remark, and its receipts go on telling', async () => {
  const archive = rewritten(await goldenArchive(ring), (path, bytes) =>
    path === 'entry.json'
      ? Buffer.from(Buffer.from(bytes).toString().replace('"title": "', '"title": "my '))
      : bytes,
  );
  const dir = temporaryFolder();
  expect((await importInto(dir, archive)).join()).toMatch(/digest/);
  expect(existsSync(join(dir, 'entries', ring, 'entry.json'))).toBe(true);
});

test('a table of measures that is not that of the records is made anew', async () => {
  const archive = rewritten(await goldenArchive(ring), (path, bytes) =>
    path.endsWith('.parquet') ? Buffer.from('PAR1 something else PAR1') : bytes,
  );
  const dir = temporaryFolder();
  await importInto(dir, archive);
  const tables = Object.keys(contentOf(dir)).filter((path) => path.endsWith('.parquet'));
  expect(tables.length).toBeGreaterThan(0);
  for (const path of tables) expect(readFileSync(join(dir, path)).length).toBeGreaterThan(100);
});
