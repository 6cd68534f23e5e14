import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { cellsIndexBytes, CellsIndexFile } from '../../../../electron/lab/notebook/cells-index-file.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { checkIndexes, type IndexCheck } from '../../../../electron/lab/verification/index-check.ts';
import type { CellRow } from '../../../../experiments/entries/cells-index.ts';
import { cells, notebookOfThree } from '../notebook/notebook-of-three.ts';

/** The entry of three cells on disk: the first two have ended, and are packed where that is asked for. */
async function place(isPacked = false): Promise<{ dir: string; path: string; id: string }> {
  const { dir, notebook, entry } = await notebookOfThree();
  if (isPacked) await entry.pack();
  await notebook.close();
  return { dir, path: entry.path, id: entry.id };
}

async function checked({ dir, id }: { dir: string; id: string }): Promise<IndexCheck> {
  const notebook = await openNotebook(dir, { mode: 'write' });
  try {
    return await checkIndexes(await notebook.find(id));
  } finally {
    await notebook.close();
  }
}

async function rowsOf(path: string): Promise<(CellRow | undefined)[]> {
  const index = new CellsIndexFile(diskFileSystem, path, false);
  await index.read();
  return cells.map(({ id }) => index.of(id));
}

const [first, second, third] = cells.map(({ id }) => id);
const cellsOf = ({ findings }: IndexCheck) => findings.map(({ cell, isMended }) => [cell, isMended]);

test.each([false, true])('an entry that is whole is left as it is, packed: %s', async (isPacked) => {
  const at = await place(isPacked);
  const before = readFileSync(join(at.path, 'cells.index'));
  expect(await checked(at)).toEqual({ findings: [], recorded: 3, cells: 3 });
  expect(readFileSync(join(at.path, 'cells.index'))).toEqual(before);
});

describe('an index that tells something else is made again from the records', () => {
  const forged = (row: CellRow): CellRow => ({ ...row, lastEpoch: 10, recordBytes: row.recordBytes - 1 });
  const other = (row: CellRow): CellRow =>
    row.figures === null ? row : { ...row, figures: { ...row.figures, trainMse: 7 } };
  test.each([
    ['is gone', () => [], [first, second, third]],
    ['lacks a cell', (rows: CellRow[]) => rows.slice(1), [first]],
    ['tells of fewer snapshots', ([a, b, c]: CellRow[]) => [a, forged(b), c], [second]],
    ['tells other figures', ([a, b, c]: CellRow[]) => [a, b, other(c)], [third]],
  ])('it %s', async (_name, change, found) => {
    const at = await place();
    const before = (await rowsOf(at.path)).flatMap((row) => row ?? []);
    const file = join(at.path, 'cells.index');
    const rows = change(before);
    if (rows.length === 0) rmSync(file);
    else writeFileSync(file, cellsIndexBytes(rows));
    expect(cellsOf(await checked(at))).toEqual(found.map((id) => [id, true]));
    expect(await rowsOf(at.path)).toEqual(before);
    expect((await checked(at)).findings).toEqual([]);
  });

  test('it is damaged', async () => {
    const at = await place();
    const before = await rowsOf(at.path);
    const file = join(at.path, 'cells.index');
    const bytes = readFileSync(file);
    bytes[bytes.length - 5] ^= 1;
    writeFileSync(file, bytes);
    const [damage] = (await checked(at)).findings;
    expect(damage).toEqual({ cell: null, message: 'cells.index was damaged', isMended: true });
    expect(await rowsOf(at.path)).toEqual(before);
    expect((await checked(at)).findings).toEqual([]);
  });
});

test('records that are damaged or gone are named, and the index tells what is left', async () => {
  const at = await place();
  const records = join(at.path, 'cells', first, 'records');
  truncateSync(records, readFileSync(records).length - 1);
  rmSync(join(at.path, 'cells', second), { recursive: true });
  const { findings, recorded } = await checked(at);
  expect(recorded).toBe(2);
  expect(findings).toMatchObject([
    { cell: first, isMended: false, message: expect.stringContaining('records.damaged-1') as string },
    { cell: first, isMended: true },
    { cell: second, isMended: false, message: expect.stringContaining('its records are gone') as string },
  ]);
  const [row, gone] = await rowsOf(at.path);
  expect(row).toMatchObject({
    state: 'interrupted',
    snapshots: 3,
    recordBytes: readFileSync(records).length,
  });
  expect(gone).toBeUndefined();
  expect((await checked(at)).findings).toEqual([]);
});

test('folders of no cell and packs without an end are named every time and left alone', async () => {
  const at = await place(true);
  cpSync(join(at.path, 'cells', third), join(at.path, 'cells', 'copy'), { recursive: true });
  const pack = join(at.path, 'packs', '1.pack');
  const whole = readFileSync(pack);
  truncateSync(pack, whole.length - 1);
  const found = [
    { cell: null, message: 'cells/copy belongs to no cell of the entry; it was left alone', isMended: false },
    {
      cell: null,
      message: 'packs/1.pack has lost its end; cells that are whole in it are read',
      isMended: false,
    },
  ];
  for (let time = 0; time < 2; time++) expect((await checked(at)).findings).toEqual(found);
  rmSync(pack);
  const gone = (await checked(at)).findings.map(({ cell }) => cell);
  expect(gone).toEqual([null, first, second]);
});

test('it is refused to readers and while another program writes', async () => {
  const { dir, notebook, entry } = await notebookOfThree();
  await expect(openNotebook(dir, { mode: 'write' })).rejects.toMatchObject({ code: 'locked' });
  const reader = await openNotebook(dir, { mode: 'read' });
  await expect(checkIndexes(await reader.find(entry.id))).rejects.toMatchObject({ code: 'refused' });
  await reader.close();
  await notebook.close();
});
