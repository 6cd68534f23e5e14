/** Ending the app on the stand-in while cells train: records complete, the same bits afterwards, no browser. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LabClient } from '../../../electron/contract/contract.ts';
import { openLab } from '../../../electron/lab/lab.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { newerNode, newerNodeAbsence } from './newer-node.ts';
import {
  archiveReading,
  standInBinary,
  startStandIn,
  type StandIn,
  type StandInOptions,
} from './stand-in.ts';

const sweep = (epochs: number): string => `name: ended while it trains
target: ring
epochs: ${epochs}
snapshots: { every: 1000 }
parameters:
  points: { values: [60] }
  seed: { values: [1, 2] }
  shape: { values: ['[6]*2'] }
`;

const running: StandIn[] = [];
const children: ChildProcess[] = [];
afterEach(() => {
  for (const app of running.splice(0)) app.kill();
  for (const child of children.splice(0)) {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
});

async function start(notebook: string, node?: StandInOptions['node']): Promise<StandIn> {
  const app = startStandIn({ folder: scratchFolder(), notebook, ...(node === undefined ? {} : { node }) });
  running.push(app);
  await expect.poll(app.names, { timeout: 60_000 }).toContain('shown');
  return app;
}

type Cell = { readonly id: string; readonly state: string; readonly epoch: number };

async function cellsOf(client: LabClient, entryId: string): Promise<readonly Cell[]> {
  const { items } = await client.call('queue.read', {});
  return items
    .filter((item) => item.entryId === entryId)
    .map(({ cellId, state, epoch }) => ({ id: cellId, state, epoch }));
}

async function lastWeights(client: LabClient, entryId: string, epoch: number): Promise<Buffer[]> {
  const { cells } = await client.call('entry.read', { entryId });
  const files = cells.map(({ id }) =>
    client.call('cell.weights', { entryId, cellId: id, epoch, format: 'safetensors' }),
  );
  // Behind the header, which names the entry.
  return (await Promise.all(files)).map(({ bytes }) => {
    const all = Buffer.from(bytes);
    return all.subarray(8 + Number(all.readBigUInt64LE(0)));
  });
}

const absence = newerNodeAbsence;
const leftOut = absence === null ? '' : `: left out, ${absence}`;
const epochs = 30_000;

describe.skipIf(absence !== null)(`the app that is ended while cells train${leftOut}`, () => {
  it.each([22, 24] as const)(
    'by quitting goes on at the next start, to the bits of a run that nobody ended (Node %i)',
    async (major) => {
      const whole = await start(scratchFolder(), major);
      const wholeClient = whole.client();
      const added = await wholeClient.call('queue.add', { yaml: sweep(epochs), first: true });
      const isDone = async (client: LabClient, entry: string): Promise<boolean> =>
        (await cellsOf(client, entry)).every(({ state }) => state === 'finished');
      await expect.poll(() => isDone(wholeClient, added.entryId), { timeout: 300_000 }).toBe(true);
      const expected = await lastWeights(wholeClient, added.entryId, epochs);
      whole.kill();

      const notebook = scratchFolder();
      const first = await start(notebook, major);
      const firstClient = first.client();
      const { entryId } = await firstClient.call('queue.add', { yaml: sweep(epochs), first: true });
      const epochNow = async (): Promise<number> =>
        Math.min(...(await cellsOf(firstClient, entryId)).map(({ epoch }) => epoch));
      await expect.poll(epochNow, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
      first.act({ do: 'quit' });
      expect(await first.ended, first.output()).toBe(0);

      const second = await start(notebook, major);
      const client = second.client();
      // It was ended in good order: nobody has to say that it may go on.
      await expect.poll(() => isDone(client, entryId), { timeout: 300_000 }).toBe(true);
      const { cells } = await client.call('entry.read', { entryId });
      const events = await Promise.all(
        cells.map(({ id }) => client.call('entry.events', { entryId, cellId: id })),
      );
      expect(events.flat().some(({ event }) => event.kind === 'resumed')).toBe(true);
      const resumed = await lastWeights(client, entryId, epochs);
      expect(resumed.map((bytes, at) => bytes.equals(expected[at] ?? Buffer.alloc(0)))).toEqual([true, true]);
    },
    600_000,
  );

  it.skipIf(process.platform === 'win32')(
    'by one Ctrl-C in the terminal has complete records, exit code 0, and no browser opens',
    async () => {
      const notebook = scratchFolder();
      const before = await openLab({ notebook, shell: 'browser', threads: 2, examples: '/nowhere' });
      const context = { signal: new AbortController().signal, part: () => undefined };
      const added = await before.router.call('queue.add', { yaml: sweep(10_000_000), first: true }, context);
      const { entryId } = added as { entryId: string };
      await before.close();

      const binaries = scratchFolder();
      const script = (name: string, text: string): void => {
        writeFileSync(join(binaries, name), `#!/bin/sh\n${text}\n`);
        chmodSync(join(binaries, name), 0o755);
      };
      const words = [
        newerNode(),
        `--import=${archiveReading}`,
        standInBinary,
        `--user-data-dir=${binaries}/data`,
      ];
      script('electron', `exec ${words.map((word) => `'${word}'`).join(' ')} "$@"`);
      script('xdg-open', `touch '${binaries}/browser'`);
      const log = join(binaries, 'log');
      const child = spawn(process.execPath, ['dist/node/cli.js', 'start', '--notebook', notebook], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          DISPLAY: ':7',
          PATH: `${binaries}:${process.env['PATH']}`,
          ELECTRON_OVERRIDE_DIST_PATH: binaries,
          STAND_IN_LOG: log,
          XDG_CACHE_HOME: join(binaries, 'cache'),
        },
      });
      children.push(child);
      let text = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => (text += String(chunk)));
      const ended = new Promise((resolve) => child.on('close', resolve));
      const isKeptAwake = (): boolean =>
        existsSync(log) && readFileSync(log, 'utf8').includes('sleep blocked');
      await expect.poll(isKeptAwake, { timeout: 60_000 }).toBe(true);
      // Both cells have begun their records.
      const begun = (): number =>
        readdirSync(notebook, { recursive: true, withFileTypes: true }).filter(
          ({ name, parentPath }) => name === 'records' && statSync(join(parentPath, name)).size > 1000,
        ).length;
      await expect.poll(begun, { timeout: 60_000 }).toBe(2);
      process.kill(-(child.pid ?? 0), 'SIGINT');
      expect(await ended, text).toBe(0);
      expect(existsSync(join(binaries, 'browser'))).toBe(false);
      expect(text).not.toMatch(/browser/i);

      const after = await openLab({ notebook, shell: 'browser', isReader: true, examples: '/nowhere' });
      const read = (await after.router.call('entry.read', { entryId }, context)) as { cells: Cell[] };
      expect(read.cells.map(({ state }) => state)).toEqual(['paused', 'paused']);
      const verdict = await after.router.call('entry.verify', { entryId, level: 'chain' }, context);
      expect(verdict).toMatchObject({ holds: true });
      await after.close();
    },
    300_000,
  );
});
