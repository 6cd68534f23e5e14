/** An entry in columns: the same as cell by cell, be it told by records or by the index. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellsOfColumns } from '../../contract/cells-of-columns.ts';
import { lastMeasureNames } from '../../../../electron/contract/last-measures.ts';
import type { SeriesBlock } from '../../../../electron/contract/entries.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { manyCells } from '../../../bench/many-cells.ts';
import { notebookOfThree } from '../notebook/notebook-of-three.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { openSmallLab, trained, type SmallLab } from '../small-lab.ts';

async function seriesOf(
  { client }: SmallLab,
  entryId: string,
  measures: readonly (typeof lastMeasureNames)[number][],
): Promise<SeriesBlock[]> {
  const blocks: SeriesBlock[] = [];
  const onPart = (block: SeriesBlock) => void blocks.push(block);
  await client.call('entry.series', { entryId, measures: [...measures] }, { onPart });
  return blocks;
}

it('has the same measures over time whether its cells are packed or not', async () => {
  const { dir, notebook, entry } = await notebookOfThree();
  const read = async (): Promise<SeriesBlock[]> => {
    const small = await openSmallLab({ notebook: dir });
    try {
      return await seriesOf(small, entry.id, lastMeasureNames);
    } finally {
      await small.lab.close();
    }
  };
  await notebook.close();
  const before = await read();
  expect(before[0]?.starts).toEqual(Uint32Array.of(0, 3, 6, 9));
  const writing = await openNotebook(dir, { mode: 'write' });
  expect(await (await writing.find(entry.id)).pack()).toBe(2);
  await writing.close();
  expect(await read()).toEqual(before);
});

describe('an entry whose records are opened', () => {
  let small: SmallLab;
  let entryId: string;
  beforeAll(async () => {
    small = await openSmallLab();
    entryId = await trained(small.client);
  }, 60_000);
  afterAll(() => small.lab.close());

  it('has the cells in columns that it has one by one', async () => {
    const { columns, ...facts } = await small.client.call('entry.columns', { entryId });
    const { cells, ...asRead } = await small.client.call('entry.read', { entryId });
    expect(cellsOfColumns(columns)).toEqual(cells);
    expect(facts).toEqual(asRead);
    expect(cells[0]?.last?.truthMse).toBeGreaterThan(0);
  });

  it('has the measures over time that its timelines have', async () => {
    const { cells } = await small.client.call('entry.read', { entryId });
    const wanted = cells.map(({ id }) => ({ cellId: id, from: 0 }));
    const timelines = await small.client.call('entry.timelines', { entryId, cells: wanted });
    const [{ starts, epochs, values }] = await seriesOf(small, entryId, ['iou', 'truthMse']);
    timelines.forEach((timeline, at) => {
      const [from, to] = [starts[at], starts[at + 1]];
      expect(epochs.slice(from, to)).toEqual(timeline.epochs);
      expect(values[0].slice(from, to)).toEqual(timeline.measures.iou);
      expect(values[1].slice(from, to)).toEqual(timeline.measures.truthMse);
    });
  });
});

it('of many cells the index tells the last measures that their records hold', async () => {
  const folder = scratchFolder();
  const entryId = await manyCells(folder, 1100);
  const small = await openSmallLab({ notebook: folder });
  try {
    const { columns } = await small.client.call('entry.columns', { entryId });
    const cells = cellsOfColumns(columns);
    expect(cells).toHaveLength(1100);
    const blocks = await seriesOf(small, entryId, lastMeasureNames);
    expect(blocks.map(({ from }) => from)).toEqual([0, 250, 500, 750, 1000]);
    for (const { from, starts, values } of blocks) {
      for (let at = 0; at + 1 < starts.length; at++) {
        const told = lastMeasureNames.map((name) => Math.fround(cells[from + at].last?.[name] ?? NaN));
        expect(told).toEqual(values.map((column) => column[starts[at + 1] - 1]));
      }
    }
  } finally {
    await small.lab.close();
  }
}, 120_000);
