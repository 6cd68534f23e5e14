import { expect, test } from 'vitest';
import { crateDigests } from '../../../experiments/archives/crate-metadata.ts';
import { archiveLimits, readDirectory } from '../../../experiments/archives/zip-directory.ts';
import { zipLayout } from '../../../experiments/archives/zip-layout.ts';
import { maxCells } from '../../../experiments/sweeps/cell.ts';

/** As many as take a moment. */
const cellCount = 12_000;

const names = Array.from({ length: cellCount }, (_, cell) => {
  const folder = `2026-11-20-a-sweep-of-many-cells-12345678/cells/${cell.toString(16).padStart(16, '0')}`;
  return [`${folder}/previews`, `${folder}/records`];
}).flat();

test('an archive with records and previews of many cells is read; the limit leaves room for as many as an entry may have', async () => {
  expect(archiveLimits.members).toBeGreaterThan(2 * maxCells + 1000);
  expect(archiveLimits.directoryBytes).toBeGreaterThan(2 * maxCells * (46 + names[0].length));
  const { heads, tail, size } = zipLayout(names.map((name) => ({ name, size: 0, crc: 0 })));
  const archive = Buffer.concat([...heads, tail]);
  expect(archive).toHaveLength(size);
  const read = (at: number, length: number) => Promise.resolve(archive.subarray(at, at + length));
  const members = await readDirectory({ size, read });
  expect(members).toHaveLength(2 * cellCount);
  expect(members.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test('and so is its metadata', () => {
  const sha256 = 'ab'.repeat(32);
  const cells = Array.from({ length: 8 * cellCount }, (_, cell) => ({
    '@id': `#cell-${cell}`,
    '@type': 'CreateAction',
  }));
  const files = names.map((name) => ({ '@id': name, '@type': 'File', sha256 }));
  expect(crateDigests(JSON.stringify({ '@graph': [...cells, ...files] })).size).toBe(2 * cellCount);
});
