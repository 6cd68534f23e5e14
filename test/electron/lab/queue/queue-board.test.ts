/** What the queue shows of its items: never a state that is not true. */
import { expect, test, vi } from 'vitest';
import { createEventHub } from '../../../../electron/contract/event-hub.ts';
import { QueueBoard, type CellFacts } from '../../../../electron/lab/queue/queue-board.ts';
import { emptyQueue, type StoredItem } from '../../../../electron/lab/queue/queue-file.ts';
import type { CellState } from '../../../../experiments/records/snapshot.ts';
import { cellIdOf, entryId } from './queue-fakes.ts';

const stored: StoredItem = {
  entryId,
  cellId: cellIdOf(1),
  intent: 'waiting',
  problem: null,
  crashes: 0,
  snapshotsAtStart: 0,
};
const data = { ...emptyQueue, items: [stored] };

async function boardWith(state: CellState): Promise<QueueBoard> {
  const numbers = { epochs: 100, lastEpoch: 40, seconds: 1, operations: 1 };
  const cell: CellFacts = { id: stored.cellId, label: 'cell', engine: 'wasm', state, ...numbers };
  const board = new QueueBoard(
    createEventHub(),
    () => Promise.resolve({ title: 'entry', cells: [cell] }),
    () => {
      throw new Error('nothing is told here');
    },
  );
  await board.learn([stored]);
  return board;
}

test('a cell is running only while a worker is at work on it, whatever its records say', async () => {
  const board = await boardWith('running');
  const shown = (isLive: boolean): CellState => board.item(stored, { isLive, stop: null }, data).state;
  expect(shown(true)).toBe('running');
  expect(shown(false)).not.toBe('running');
  expect(board.item({ ...stored, intent: 'held' }, undefined, data).state).toBe('interrupted');
  expect(board.item({ ...stored, intent: 'done' }, undefined, data).state).toBe('interrupted');
});

test('a cell that is done with the queue and has not begun is unfinished, not queued', async () => {
  const board = await boardWith('queued');
  expect(board.item(stored, undefined, data).state).toBe('queued');
  expect(board.item({ ...stored, intent: 'done' }, undefined, data).state).toBe('unfinished');
});

test('a burst of changes while nothing runs is told at once, and once more when it is over', () => {
  vi.useFakeTimers();
  try {
    const events = createEventHub();
    const told: number[] = [];
    let changes = 0;
    events.listen((name) => {
      if (name === 'queue.changed') told.push(changes);
    });
    const now = () => ({
      data: { ...emptyQueue, pausedBecause: `change ${changes}` },
      threads: 1,
      running: new Map(),
    });
    const board = new QueueBoard(events, () => Promise.resolve(null), now);
    for (; changes < 250; changes++) board.announce();
    expect(told).toEqual([0]);
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([0, 250]);
    changes += 1;
    board.announce();
    board.announce();
    expect(told).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});
