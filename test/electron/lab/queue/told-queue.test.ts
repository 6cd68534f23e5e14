/** What clients know of the queue from what they are told: the same as whoever reads it. */
import { describe, expect, it } from 'vitest';
import type { LabClient, LabMessage } from '../../../../electron/contract/contract.ts';
import { createLabClient } from '../../../../electron/contract/client.ts';
import { FollowedQueue } from '../../../../electron/contract/followed-queue.ts';
import { untoldQueue } from '../../../../electron/contract/queue-change.ts';
import type { QueueState } from '../../../../electron/contract/queue.ts';
import { createSession } from '../../../../electron/lab/calls/session.ts';
import { stubRouter } from '../calls/stub-router.ts';
import { cellIdOf, entryId, itemOf, newWorld, openWorld, until, type OpenedQueue } from './queue-fakes.ts';

const cells = (...numbers: number[]): string[] => numbers.map(cellIdOf);

/** A client of a lab that has nothing but a queue; `read` reads so many messages that wait, or all. */
function follower({ queue, events }: OpenedQueue) {
  const waiting: LabMessage[] = [];
  const heard: string[] = [];
  const router = stubRouter({ 'queue.read': () => Promise.resolve(queue.read()) });
  let receive: (message: LabMessage) => void = () => undefined;
  const session = createSession(router, events, {
    send: (message) => void waiting.push(structuredClone(message)),
    drained: () => Promise.resolve(),
  });
  const client: LabClient = createLabClient({
    send: (message) => void session.receive(message),
    open: (to) => (receive = to),
  });
  let known: QueueState = untoldQueue;
  const followed = new FollowedQueue(
    known,
    () => {
      heard.push('read');
      return client.call('queue.read', {});
    },
    (state) => (known = state),
  );
  client.listen('queue.changed', (change) => {
    heard.push('change');
    followed.take(change);
  });
  return {
    heard,
    known: () => known,
    again: () => followed.readAgain(),
    read(count = Infinity) {
      for (let left = count; left > 0 && waiting.length > 0; left--) receive(waiting.shift()!);
    },
    close: () => session.close(),
  };
}

/** A pseudo-random walk through all that can be done to a queue. */
async function change({ queue, executor }: OpenedQueue, step: number): Promise<void> {
  const random = (count: number): number => (step * 7919 + (step >> 2) * 104_729) % count;
  const some = [itemOf(random(20)), itemOf((random(20) + 3) % 20)];
  const kind = step % 9;
  if (kind === 0) await queue.move(some, itemOf((random(20) + 7) % 20));
  else if (kind === 1) await queue.pause(some);
  else if (kind === 2) await queue.resume(some);
  else if (kind === 3) await queue.add(entryId, cells(random(20), (random(20) + 1) % 20), step % 2 === 0);
  else if (kind === 4) await queue.configure({ parallel: 1 + random(3) });
  else if (kind === 5) await queue.cancel(some.slice(0, 1));
  else if (kind === 6) await queue.clear();
  else if (kind === 7) await (step % 2 === 0 ? queue.pause() : queue.resume());
  else for (const { cellId } of [...executor.running]) executor.finish(parseInt(cellId, 16));
}

async function filled(): Promise<OpenedQueue> {
  const open = await openWorld(newWorld(20), 2);
  await open.queue.add(entryId, cells(...Array.from({ length: 12 }, (_, at) => at)), false);
  return open;
}

describe('a client that follows the queue', () => {
  it('knows after each change what a reader is told, and reads it once', async () => {
    const open = await filled();
    const client = follower(open);
    void client.again();
    await until(() => {
      client.read();
      return client.known().revision > 0;
    });
    for (let step = 0; step < 300; step++) {
      await change(open, step);
      const state = open.queue.read();
      await until(() => {
        client.read();
        return client.known().revision === state.revision;
      });
      expect(client.known()).toEqual(state);
    }
    expect(client.heard.filter((what) => what === 'read')).toHaveLength(1);
    await open.queue.close();
  });

  it('that is slow knows it in the end, though most changes were never sent', async () => {
    const open = await filled();
    const client = follower(open);
    void client.again();
    let told = 0;
    open.events.listen((name) => void (told += Number(name === 'queue.changed')));
    for (let step = 0; step < 400; step++) {
      await change(open, step);
      open.queue.read();
      if (step % 100 === 50) client.read(3);
    }
    await until(() => {
      client.read();
      return client.known().revision === open.queue.read().revision;
    });
    expect(client.known()).toEqual(open.queue.read());
    expect(client.heard.filter((what) => what === 'change').length).toBeLessThan(told / 2);
    await open.queue.close();
  });

  it('that comes back knows what happened meanwhile', async () => {
    const open = await filled();
    const client = follower(open);
    void client.again();
    client.close();
    for (let step = 0; step < 50; step++) await change(open, step);
    const back = follower(open);
    void back.again();
    await change(open, 50);
    await until(() => {
      back.read();
      return back.known().revision === open.queue.read().revision;
    });
    expect(back.known()).toEqual(open.queue.read());
    await open.queue.close();
  });
});

it('items of which nothing changed stay the same objects through changes of others', async () => {
  const open = await filled();
  await open.queue.pause();
  await open.queue.idle();
  const before = open.queue.read();
  await open.queue.move([itemOf(9)], itemOf(2));
  await open.queue.refresh(entryId);
  const after = open.queue.read();
  const known = new Set(before.items);
  expect(after.items.filter((item) => !known.has(item)).map(({ id }) => id)).toEqual([itemOf(9)]);
  expect(open.queue.read()).toBe(after);
  await open.queue.close();
});
