import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { CellsIndexFile } from '../../../../electron/lab/notebook/cells-index-file.ts';
import type { CellRow } from '../../../../experiments/entries/cells-index.ts';
import { scanLogFrames } from '../../../../experiments/records/record-log.ts';
import { temporaryFolder } from './sample-notebook.ts';

const row = (number: number): CellRow => ({
  id: number.toString(16).padStart(16, '0'),
  state: 'finished',
  reach: 1,
  started: '2026-11-20T12:00:00.123Z',
  lastEpoch: 1,
  lastLink: 'ab'.repeat(32),
  seconds: number,
  snapshots: 2,
  recordBytes: 100,
  previewBytes: 10,
  figures: null,
});

async function told(folder: string, numbers: readonly number[]): Promise<void> {
  const index = new CellsIndexFile(diskFileSystem, folder, true);
  await index.read();
  for (const number of numbers) await index.tell([row(number)]);
  await index.close();
}

const framesIn = (folder: string): number =>
  scanLogFrames(readFileSync(join(folder, 'cells.index'))).frames.length;

test('an index of many rows that were told one by one is read as one when it is closed, and holds them all', async () => {
  const folder = temporaryFolder();
  const many = Array.from({ length: 1200 }, (_, number) => number);
  await told(folder, many.slice(0, 10));
  expect(framesIn(folder)).toBe(10);
  await told(folder, many);
  expect(framesIn(folder)).toBe(1);
  const index = new CellsIndexFile(diskFileSystem, folder, false);
  await index.read();
  expect(many.map((number) => index.of(row(number).id))).toEqual(many.map(row));
});

test('an index that is only read is left as it is', async () => {
  const folder = temporaryFolder();
  await told(folder, [1, 2]);
  const before = statSync(join(folder, 'cells.index')).mtimeMs;
  await told(folder, []);
  expect(statSync(join(folder, 'cells.index')).mtimeMs).toBe(before);
});
