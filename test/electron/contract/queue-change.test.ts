import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FollowedQueue } from '../../../electron/contract/followed-queue.ts';
import {
  changedQueue,
  listPatches,
  patched,
  queueChange,
  untoldQueue,
} from '../../../electron/contract/queue-change.ts';
import type { QueueItem, QueueState } from '../../../electron/contract/queue.ts';

const itemOf = (id: number): QueueItem => ({ id: String(id) }) as QueueItem;

describe('differences of two lists', () => {
  // Kept objects of a list in any order, among others that were not in it.
  const lists = fc
    .uniqueArray(fc.nat(60), { maxLength: 40 })
    .chain((numbers) =>
      fc.tuple(
        fc.constant(numbers.map(itemOf)),
        fc.uniqueArray(fc.nat(60), { maxLength: 40 }),
        fc.array(fc.boolean(), { minLength: 61, maxLength: 61 }),
      ),
    )
    .map(([before, numbers, isOther]) => {
      const known = new Map(before.map((item) => [Number(item.id), item]));
      return [
        before,
        numbers.map((id) => (isOther[id] ? itemOf(id) : (known.get(id) ?? itemOf(id)))),
      ] as const;
    });

  it('applied to the first give the second, of the very same objects', () => {
    fc.assert(
      fc.property(lists, ([before, after]) => {
        const made = patched(before, listPatches(before, after));
        expect(made).toHaveLength(after.length);
        made.forEach((item, at) => expect(item).toBe(after[at]));
      }),
      { numRuns: 2000 },
    );
  });

  it('name only what a move, an end and an added sweep change', () => {
    const list = Array.from({ length: 10_000 }, (_, id) => itemOf(id));
    const moved = [...list.slice(0, 3), { ...list[7000] }, ...list.slice(3, 7000), ...list.slice(7001)];
    expect(listPatches(list, moved)).toEqual([
      { at: 3, removed: 0, items: [list[7000]] },
      { at: 7000, removed: 1, items: [] },
    ]);
    expect(
      listPatches(
        list,
        list.map((item, at) => (at === 50 ? itemOf(50) : item)),
      ),
    ).toEqual([{ at: 50, removed: 1, items: [list[50]] }]);
    const more = [itemOf(10_000), itemOf(10_001)];
    expect(listPatches(list, [...list, ...more])).toEqual([{ at: 10_000, removed: 0, items: more }]);
    expect(listPatches(list, [...list])).toEqual([]);
  });
});

describe('a queue that is followed', () => {
  /** A lab whose queue a test changes: it tells `changes` and answers `read`. */
  function lab() {
    let state: QueueState = { ...untoldQueue, revision: 5, items: [itemOf(1), itemOf(2)] };
    return {
      read: () => state,
      change(next: Partial<QueueState>) {
        const change = queueChange(state, { ...state, ...next })!;
        state = { ...changedQueue(state, change) };
        return change;
      },
    };
  }

  function follow(told: ReturnType<typeof lab>, read: () => Promise<QueueState>) {
    let known = told.read();
    const followed = new FollowedQueue(known, read, (state) => (known = state));
    return { followed, known: () => known };
  }

  it('is changed by what is told, and never read', () => {
    const told = lab();
    const { followed, known } = follow(told, () => Promise.reject(new Error('read')));
    const [first] = told.read().items;
    followed.take(told.change({ items: [first, itemOf(3)] }));
    followed.take(told.change({ state: 'paused', pausedBecause: 'why' }));
    expect(known()).toEqual(told.read());
    expect(known().items[0]).toBe(first);
  });

  it('is read again where a change was missed, once, and old changes change nothing', async () => {
    const told = lab();
    let reads = 0;
    const read = (): Promise<QueueState> => {
      reads += 1;
      return Promise.resolve(told.read());
    };
    const { followed, known } = follow(told, read);
    const missed = told.change({ items: [itemOf(9)] });
    followed.take(told.change({ items: [] }));
    await expect.poll(known).toEqual(told.read());
    followed.take(told.change({ items: [itemOf(4)] }));
    followed.take(missed);
    expect(known()).toEqual(told.read());
    expect(reads).toBe(1);
  });

  it('takes in what was told while the whole was on its way', async () => {
    const told = lab();
    const answers: ((state: QueueState) => void)[] = [];
    const { followed, known } = follow(told, () => new Promise((resolve) => answers.push(resolve)));
    const reading = followed.readAgain();
    const before = told.read();
    followed.take(told.change({ items: [itemOf(7)] }));
    answers.shift()!(before);
    await expect.poll(() => answers.length).toBe(1);
    answers.shift()!(told.read());
    await reading;
    expect(known()).toEqual(told.read());
  });

  it('is read anew from a lab that began anew, whose numbers are lower', async () => {
    const told = lab();
    const { followed, known } = follow(told, () => Promise.resolve({ ...untoldQueue, revision: 1 }));
    await followed.readAgain();
    expect(known().revision).toBe(1);
  });
});
