import { describe, expect, it } from 'vitest';
import { openLab } from '../../../../electron/lab/lab.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const sweep = `name: long
target: ring
epochs: 10000000
snapshots: { every: 1000 }
parameters:
  shape: { values: ["[4]*2"] }
  points: { values: [40] }
`;

describe('a lab whose machine falls asleep', () => {
  it('has the pause and the start in its records, and goes on by itself', async () => {
    const lab = await openLab({
      notebook: scratchFolder(),
      shell: 'browser',
      threads: 1,
      examples: '/nowhere',
    });
    const context = { signal: new AbortController().signal, part: () => undefined };
    const ask = async (name: string, parameters: object): Promise<never> =>
      (await lab.router.call(name, parameters, context)) as never;
    type Queue = { state: string; pausedBecause: string | null; items: { state: string; epoch: number }[] };
    const queue = (): Promise<Queue> => ask('queue.read', {});
    const isRunning = async (): Promise<boolean> => (await queue()).items[0]?.state === 'running';
    const { entryId } = await ask('queue.add', { yaml: sweep, first: true });
    await expect.poll(async () => (await queue()).items[0]?.epoch ?? 0).toBeGreaterThan(0);
    await lab.rest(true);
    expect(await queue()).toMatchObject({
      state: 'paused',
      pausedBecause: expect.stringContaining('asleep'),
    });
    await expect.poll(isRunning).toBe(false);
    await lab.rest(false);
    await expect.poll(isRunning).toBe(true);
    // What a person pauses stays paused through a sleep.
    await ask('queue.pause', {});
    await expect.poll(isRunning).toBe(false);
    await lab.rest(true);
    await lab.rest(false);
    expect(await queue()).toMatchObject({ state: 'paused', pausedBecause: 'You paused it.' });
    const { cells } = await ask('entry.read', { entryId } as never);
    const [cell] = cells as { id: string }[];
    const events = (await ask('entry.events', { entryId, cellId: cell?.id })) as {
      event: { kind: string };
    }[];
    expect(events.map(({ event }) => event.kind)).toEqual(['started', 'paused', 'resumed', 'paused']);
    await lab.close();
  });
});
