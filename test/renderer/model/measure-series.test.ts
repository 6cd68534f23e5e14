import { expect, test } from 'vitest';
import type { SeriesBlock } from '../../../electron/contract/entries.ts';
import { chartCellOf } from '../../../renderer/model/chart-cells.ts';
import { MeasureSeries } from '../../../renderer/model/measure-series.ts';
import { cell } from '../samples.ts';

/** A block of cells with these epochs; the measure is the epoch over ten, plus the number of the cell. */
function block(from: number, epochs: readonly (readonly number[])[], plus = 0): SeriesBlock {
  const starts = [0];
  for (const one of epochs) starts.push(starts[starts.length - 1] + one.length);
  return {
    from,
    starts: Uint32Array.from(starts),
    epochs: Uint32Array.from(epochs.flat()),
    seconds: Float32Array.from(epochs.flat()),
    values: [
      Float32Array.from(epochs.flatMap((one, at) => one.map((epoch) => epoch / 10 + from + at + plus))),
    ],
  };
}

const blocks = [block(2, [[0, 10, 20]]), block(0, [[0, 10], []])];

test('blocks in any order make the series of all cells', () => {
  const series = MeasureSeries.of(['truthMse'], blocks);
  expect(series.snapshots).toBe(5);
  expect([...(series.cell(0)?.of('truthMse') ?? [])]).toEqual([0, 1]);
  expect([...(series.cell(1)?.epochs ?? [1])]).toEqual([]);
  expect([...(series.cell(2)?.of('truthMse') ?? [])]).toEqual([2, 3, 4]);
  expect(series.cell(3)).toBeUndefined();
});

test('a second measure of the same snapshots joins the first one, one of other snapshots takes its place', () => {
  const first = MeasureSeries.of(['truthMse'], blocks);
  const both = first.with(
    MeasureSeries.of(['iou'], [block(2, [[0, 10, 20]], 5), block(0, [[0, 10], []], 5)]),
  );
  expect([both.has('truthMse'), both.has('iou')]).toEqual([true, true]);
  expect([...(both.cell(2)?.of('iou') ?? [])]).toEqual([7, 8, 9]);
  const other = first.with(MeasureSeries.of(['iou'], [block(0, [[0], [0], [0]])]));
  expect([other.has('truthMse'), other.has('iou')]).toEqual([false, true]);
});

test('a cell has its last measures where nothing else is known of it, and those of the series where that is', () => {
  const last = { trainMse: 1, validationMse: null, truthMse: 0.5, iou: 0.25, distinctHashes: 3 };
  const summary = cell('a', { points: 5 }, { last, lastEpoch: 20 });
  const alone = chartCellOf(summary, undefined);
  expect([...Array.from(alone.epochs), ...Array.from(alone.measure('iou'))]).toEqual([20, 0.25]);
  expect([...Array.from(alone.measure('boundaryShare'))]).toEqual([NaN]);
  const over = chartCellOf(summary, MeasureSeries.of(['truthMse'], blocks).cell(2));
  expect([...Array.from(over.measure('truthMse'))]).toEqual([2, 3, 4]);
  // Not read, but told of the last snapshot.
  expect([...Array.from(over.measure('iou'))]).toEqual([NaN, NaN, 0.25]);
});

test('a cell is the object that it was as long as nothing of it changes, and keeps its settings where its state does', () => {
  const summary = cell('a', { points: 5 });
  const series = MeasureSeries.of(['truthMse'], blocks).cell(2);
  const made = chartCellOf(summary, series);
  expect(chartCellOf(summary, series, made)).toBe(made);
  expect(chartCellOf(summary, undefined, made)).not.toBe(made);
  const later = chartCellOf({ ...summary, state: 'running' }, series, made);
  expect(later.state).toBe('running');
  expect(later.settings).toBe(made.settings);
});
