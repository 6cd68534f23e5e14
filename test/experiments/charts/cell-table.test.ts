import { describe, expect, it } from 'vitest';
import { cellTable, tableText, type TableChoice } from '../../../experiments/charts/cell-table.ts';
import type { Field } from '../../../experiments/selection/fields.ts';
import { madeCell, madeSweep, sweepErrors } from './made-up-entry.ts';

const setting = (name: string): Field => ({ kind: 'setting', name });
const truth: Field = { kind: 'measure', name: 'truthMse' };
const choice: TableChoice = {
  columns: [setting('parameters'), setting('points'), truth],
  sort: [],
  where: '',
  group: null,
  aggregate: 'median',
  place: 'last',
};
const values = (changed: Partial<TableChoice>, cells = madeSweep) =>
  cellTable(cells, { ...choice, ...changed }).rows.map((row) => row.values);

describe('the table of cells', () => {
  it('has a row a cell, in the order of the cells', () => {
    expect(values({})).toHaveLength(16);
    expect(values({})[0]).toEqual([100, 10, 1]);
  });

  it('sorts by several columns', () => {
    const sort = [
      { field: setting('points'), isDescending: true },
      { field: truth, isDescending: false },
    ];
    expect(
      values({ sort })
        .map(([, points, error]) => `${points} ${error}`)
        .slice(0, 9),
    ).toEqual(['20 0.1', '20 0.2', '20 0.3', '20 0.4', '20 0.5', '20 0.5', '20 0.5', '20 0.5', '10 1']);
  });

  it('has cells without a value last, whichever way it is sorted', () => {
    const cells = [madeCell({ error: [] }), madeCell({ error: [2] }), madeCell({ error: [3] })];
    for (const isDescending of [false, true]) {
      const column = values({ columns: [truth], sort: [{ field: truth, isDescending }] }, cells).map(
        ([error]) => error,
      );
      expect(column).toEqual(isDescending ? [3, 2, null] : [2, 3, null]);
    }
  });

  it('groups with medians or the best, and has nothing where cells of a group differ', () => {
    // Of 1, 2, 3, 10, 8, 2, 4, 6: sorted 1 2 2 3 4 6 8 10, the middle is 3.5. Of the others: 0.1 0.2 0.3 0.4 and four times 0.5: 0.45.
    expect(values({ group: setting('points') })).toEqual([
      [null, 10, 3.5],
      [null, 20, 0.45],
    ]);
    expect(values({ group: setting('points'), aggregate: 'best' }).map(([, , error]) => error)).toEqual([
      1, 0.1,
    ]);
    expect(cellTable(madeSweep, { ...choice, aggregate: 'best' }).total.values).toEqual([null, null, 0.1]);
  });

  it('filters by what it shows', () => {
    expect(values({ where: 'true error >= 6' })).toEqual([
      [100, 10, 10],
      [1000, 10, 8],
      [1000, 10, 6],
    ]);
  });

  it('says the same as tabs and as Markdown', () => {
    const table = cellTable(madeSweep, { ...choice, group: setting('points') });
    expect(tableText(table, { ...choice, group: setting('points') }, 'tsv')).toBe(
      'parameters\tpoints\ttrue error\tcells\n\t10\t3.5\t8\n\t20\t0.45\t8\n',
    );
    expect(tableText(table, { ...choice, group: setting('points') }, 'markdown')).toBe(
      '| parameters | training points | True error | cells |\n| :--- | :--- | ---: | ---: |\n| – | 10 | 3.5000 | 8 |\n| – | 20 | 0.4500 | 8 |\n',
    );
    const all = tableText(cellTable(madeSweep, choice), choice, 'tsv').trim().split('\n').slice(1);
    const read = all.map((line) => Number(line.split('\t')[2]));
    expect(read).toEqual(Object.values(sweepErrors).flat());
  });
});
