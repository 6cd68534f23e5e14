import { expect, test } from 'vitest';
import {
  cellRowsFrom,
  cellRowsPayload,
  entryCellWith,
  rowFromFirst,
  stateFrom,
  type CellRow,
} from '../../../experiments/entries/cells-index.ts';
import { textDigest } from '../../../experiments/records/digests.ts';
import { sampleCell } from '../records/sample-records.ts';

const finished: CellRow = {
  id: '0123456789abcdef',
  state: 'finished',
  reach: 6000,
  started: '2026-11-20T12:00:00.123Z',
  lastEpoch: 6000,
  lastLink: textDigest('link'),
  seconds: 1.25,
  snapshots: 7,
  recordBytes: 2 ** 40 + 1,
  previewBytes: 12,
  figures: {
    trainMse: 0.1,
    validationMse: null,
    truth: { stride: 4, mse: 0.2, iou: null },
    distinctHashes: 9,
  },
};
const untouched: CellRow = {
  ...finished,
  id: 'fedcba9876543210',
  state: 'cancelled',
  started: null,
  lastEpoch: null,
  lastLink: null,
  reach: 0,
  snapshots: 0,
  figures: null,
};

test('rows come back as they were told', () => {
  const rows = [
    finished,
    untouched,
    { ...finished, state: 'failed' as const, reach: Infinity, lastEpoch: 0 },
  ];
  expect(cellRowsFrom(cellRowsPayload(rows))).toEqual(rows);
  expect(cellRowsFrom(cellRowsPayload([]))).toEqual([]);
});

test('rows of another kind, cut or impossible ones are refused', () => {
  const payload = cellRowsPayload([finished]);
  const changed = (at: number, byte: number): Uint8Array =>
    payload.map((known, place) => (place === at ? byte : known));
  for (const wrong of [
    payload.subarray(1),
    payload.subarray(0, 50),
    new Uint8Array(3),
    changed(0, 2),
    changed(4 + 8, 99),
  ])
    expect(() => cellRowsFrom(wrong)).toThrow(expect.objectContaining({ name: 'EntryError' }));
});

test('a cell that ended at an earlier goal waits again, one that stopped early does not', () => {
  expect(stateFrom(finished, 6000)).toBe('finished');
  expect(stateFrom(finished, 6001)).toBe('queued');
  expect(stateFrom({ ...finished, reach: Infinity }, 6001)).toBe('finished');
  expect(stateFrom(untouched, 10)).toBe('cancelled');
  const cell = { ...sampleCell(), epochs: 9000 };
  expect(entryCellWith(cell, finished)).toMatchObject({ state: 'queued', lastEpoch: 6000, seconds: 1.25 });
  expect(entryCellWith(cell, undefined)).toMatchObject({ state: 'queued', lastEpoch: null, started: null });
});

test('what version 1 says of a cell is the same as a row', () => {
  for (const state of ['finished', 'failed', 'paused'] as const) {
    const cell = {
      ...entryCellWith(sampleCell(), undefined),
      state,
      lastEpoch: 1000,
      lastLink: textDigest('z'),
    };
    expect(entryCellWith(cell, rowFromFirst(cell))).toEqual(cell);
  }
  const early = { ...entryCellWith(sampleCell(), undefined), state: 'finished' as const, lastEpoch: 50 };
  expect(stateFrom(rowFromFirst(early)!, early.epochs)).toBe('finished');
  const extended = { ...early, state: 'queued' as const };
  expect(stateFrom(rowFromFirst(extended)!, extended.epochs)).toBe('queued');
  expect(rowFromFirst(entryCellWith(sampleCell(), undefined))).toBeUndefined();
});
