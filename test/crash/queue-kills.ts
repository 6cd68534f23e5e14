/** Kills the process that serves the app while its queue trains, and looks at what it left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { LabClient } from '../../electron/contract/contract.ts';
import { createLabClient } from '../../electron/contract/client.ts';
import { decodeMessage, encodeMessage } from '../../electron/contract/wire.ts';
import { readQueue } from '../../electron/lab/queue/queue-elsewhere.ts';
import { WebSocket } from 'ws';
import { digests, lab, startServer, temporaryLab, type LabProcess } from '../electron/cli/lab-process.ts';
import { numbersFrom } from '../experiments/records/sample-records.ts';
import { expectSound, snapshotDuration, stopWhileCatchingUp, untilSnapshots } from './stops.ts';

/** A sweep that takes so many epochs. */
export function killedSweep(epochs: number): string {
  return `name: killed queue
target: ring
epochs: ${epochs}
validation: 20
snapshots: { every: 5, key_frame_every: 1000, preview: 32, truth_stride: 16 }
parameters:
  shape: { values: ["[16]*6"] }
  points: { values: [2500, 2000, 1500] }
training: { batch_size: 16 }
`;
}

export interface ServedLab {
  readonly process: LabProcess;
  readonly client: LabClient;
}

/** Starts `creasebook serve` and opens its page's connection. */
export async function serveNotebook(notebook: string): Promise<ServedLab> {
  const { process, link } = await startServer(notebook);
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const socket = new WebSocket(`ws://${link.host}/lab`, { headers: { Origin: link.origin, Cookie: cookie } });
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const client = createLabClient({
    send: (message) => socket.send(encodeMessage(message)),
    open: (receive, lost) => {
      socket.on('message', (data: Buffer) => receive(decodeMessage(new Uint8Array(data)) as never));
      socket.on('close', () => lost('closed'));
    },
  });
  return { process, client };
}

/** States of the queue's items while nobody works on it. */
async function statesAtRest(notebook: string): Promise<string[]> {
  return (await readQueue(notebook)).items.map(({ state }) => state);
}

/** What a campaign did: kills, orderly stops that were tried while killed cells caught up, and those that met one that had not. */
export interface QueueTally {
  readonly kills: number;
  readonly stops: number;
  readonly caughtUp: number;
}

/**
 * Kills the server at most `kills` times at random moments of training, as long as there is something left to train, half of them followed by an orderly stop while cells catch
 * up; every time the queue starts paused and no state is false; in the end every cell is bit for bit what it is without a
 * kill, verifies at each level, and the entry's archive can be imported.
 */
export async function killQueueRepeatedly(kills: number, seed: number): Promise<QueueTally> {
  // Long enough that something is left to kill.
  const sweep = killedSweep(60 + 30 * kills);
  const place = temporaryLab(sweep);
  const next = numbersFrom(seed);
  const where = (kill: number): string => `seed ${seed}, kill ${kill}`;
  try {
    const tally = { kills: 0, stops: 0, caughtUp: 0 };
    let served = await serveNotebook(place.notebook);
    await served.client.call('queue.add', { yaml: sweep, first: false });
    const snapshotMs = await snapshotDuration(place.notebook, served.process.result, 4);
    for (let kill = 1; kill <= kills; kill++) {
      const known = new Map<string, number>();
      served.client.listen('cell.snapshots', ({ cellId, snapshots }) => known.set(cellId, snapshots));
      await untilSnapshots(place.notebook, served.process.result, next() % 6);
      await sleep(next() % 50);
      served.process.child.kill('SIGKILL');
      await served.process.result;
      const states = await statesAtRest(place.notebook);
      expect(states, where(kill)).toHaveLength(3);
      expect(states, where(kill)).not.toContain('running');
      served = await serveNotebook(place.notebook);
      const queue = await served.client.call('queue.read', {});
      if (queue.state === 'paused') await expectNothingRuns(served.client, where(kill));
      for (const item of queue.items) {
        const states = [
          'queued',
          'interrupted',
          'finished',
          ...(queue.state === 'paused' ? [] : ['running']),
        ];
        expect(states, where(kill)).toContain(item.state);
        // What was told was kept.
        const [timeline] = await served.client.call('entry.timelines', {
          entryId: item.entryId,
          cells: [{ cellId: item.cellId, from: 0 }],
        });
        expect(timeline?.epochs.length ?? 0, where(kill)).toBeGreaterThanOrEqual(known.get(item.cellId) ?? 0);
      }
      const wasUnderWay = queue.items.some(({ state }) => state === 'interrupted');
      if (wasUnderWay) expect(queue.state, where(kill)).toBe('paused');
      tally.kills = kill;
      if (queue.items.every(({ state }) => state === 'finished')) break;
      if (next() % 2 === 0) {
        const stopped = served;
        const isCatchingUp = await stopWhileCatchingUp(
          place.notebook,
          snapshotMs,
          (next() % 100) / 100,
          async () => {
            await goOn(stopped.client);
            return {
              ended: stopped.process.result,
              stop: () => stopped.process.child.kill(next() % 2 === 0 ? 'SIGTERM' : 'SIGINT'),
            };
          },
        );
        expect((await stopped.process.result).code, where(kill)).toBe(0);
        tally.stops += 1;
        tally.caughtUp += Number(isCatchingUp);
        served = await serveNotebook(place.notebook);
      }
      await goOn(served.client);
    }
    await untilDone(served.client);
    served.process.child.kill('SIGTERM');
    expect((await served.process.result).code, where(kills)).toBe(0);
    await expectAsWithoutKills(sweep, place.notebook, where(kills));
    await expectSound(place.notebook, 'killed', where(kills));
    return tally;
  } finally {
    place.remove();
  }
}

/** Lets the queue go on, and the cells that it holds. */
async function goOn(client: LabClient): Promise<void> {
  const queue = await client.call('queue.read', {});
  if (queue.state === 'paused') await client.call('queue.resume', {});
  // Kills in quick succession look like a cell that takes the process down: it is held, and says so.
  const held = queue.items.filter(({ problem }) => problem !== null).map(({ id }) => id);
  if (held.length > 0) await client.call('queue.resume', { items: held });
}

/** The notebook's cards, the entry and the queue of a paused queue all show cells that do not run. */
async function expectNothingRuns(client: LabClient, where: string): Promise<void> {
  const shown = new Set<string>();
  for (const { id, counts } of await client.call('notebook.list', {})) {
    for (const state of Object.keys(counts)) shown.add(`card: ${state}`);
    const { cells } = await client.call('entry.read', { entryId: id });
    for (const { state } of cells) shown.add(`entry: ${state}`);
  }
  for (const { state } of (await client.call('queue.read', {})).items) shown.add(`queue: ${state}`);
  expect(
    [...shown].filter((state) => state.endsWith('running')),
    where,
  ).toEqual([]);
  expect(
    [...shown].some((state) => /interrupted|queued|finished/.test(state)),
    where,
  ).toBe(true);
}

async function expectAsWithoutKills(sweep: string, notebook: string, where: string): Promise<void> {
  const whole = temporaryLab(sweep);
  try {
    expect((await lab('run', whole.sweep, '--notebook', whole.notebook)).code, where).toBe(0);
    expect(await digests(notebook, 'killed'), where).toBe(await digests(whole.notebook, 'killed'));
  } finally {
    whole.remove();
  }
}

/** Resolves when every item has finished. */
export async function untilDone(client: LabClient): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const { items } = await client.call('queue.read', {});
    if (items.every(({ state }) => state === 'finished')) return;
    expect(items.map(({ state }) => state)).not.toContain('failed');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { items } = await client.call('queue.read', {});
  throw new Error(`The queue is not done after a minute: ${items.map(({ state }) => state).join(', ')}.`);
}
