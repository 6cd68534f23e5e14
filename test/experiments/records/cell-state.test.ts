import { expect, test } from 'vitest';
import { cellState } from '../../../experiments/records/cell-state.ts';
import type { CellEvent } from '../../../experiments/records/snapshot.ts';

const started: CellEvent = { kind: 'started', engine: 'wasm', environment: {} };
const resumed: CellEvent = { kind: 'resumed', epoch: 5, engine: 'wasm', environment: {} };
const finished: CellEvent = { kind: 'finished', epoch: 6000, reason: 'goal' };
const failed: CellEvent = { kind: 'failed', epoch: 5, failure: 'diverged', message: '' };

test.each([
  [[], 6000, false, 'queued'],
  [[], 6000, true, 'queued'],
  [[started], 6000, true, 'running'],
  [[started], 6000, false, 'interrupted'],
  [[started, { kind: 'paused', epoch: 5 }], 6000, false, 'paused'],
  [[started, { kind: 'paused', epoch: 5 }, resumed], 6000, false, 'interrupted'],
  [[started, { kind: 'paused', epoch: 5 }, resumed], 6000, true, 'running'],
  [[started, { kind: 'cancelled', epoch: 5 }], 6000, false, 'cancelled'],
  [[started, failed], 6000, false, 'failed'],
  [[started, finished], 6000, false, 'finished'],
  [[started, finished], 20_000, false, 'queued'],
  [[started, finished], 100, false, 'finished'],
  [[started, { ...finished, reason: 'early stop' }], 20_000, false, 'finished'],
] as [CellEvent[], number, boolean, string][])(
  'events %j of %i epochs, at work: %s, are %s',
  (events, epochs, atWork, state) => {
    const timed = events.map((event) => ({ time: '2026-11-20T12:00:00.000Z', event }));
    expect(cellState(timed, epochs, atWork)).toBe(state);
  },
);
