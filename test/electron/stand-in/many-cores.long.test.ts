/** WebAssembly memories on a machine with 64 cores: Electron's process can have about 124. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratch-folder.ts';
import { newerNodeAbsence } from './newer-node.ts';
import { startStandIn, type StandIn } from './stand-in.ts';

const seeds = Array.from({ length: 30 }, (_, seed) => seed + 1).join(', ');
const sweep = `name: many
target: ring
epochs: 2
snapshots: { every: 1, preview: 16 }
parameters:
  shape: { values: ["[4]*2"] }
  points: { values: [40] }
  seed: { values: [${seeds}] }
`;

let app: StandIn | null = null;
afterEach(() => app?.kill());

const absence = newerNodeAbsence;

describe.skipIf(absence !== null)(
  `a machine with 64 cores${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    it('makes at most 100 WebAssembly memories for drawing, 30 cells at once, a verification and regions', async () => {
      const folder = scratchFolder();
      const memories = join(folder, 'memories');
      app = startStandIn({
        folder,
        notebook: join(folder, 'notebook'),
        before: [`--import=${join(import.meta.dirname, 'many-cores.mjs')}`],
        environment: { STAND_IN_CORES: '64', STAND_IN_MEMORIES: memories },
      });
      await expect.poll(app.names, { timeout: 60_000 }).toContain('shown');
      const client = app.client();
      const { entryId } = await client.call('queue.add', { yaml: sweep, first: true });
      const done = async (): Promise<boolean> =>
        (await client.call('queue.read', {})).items.every(({ state }) => state === 'finished');
      await expect.poll(done, { timeout: 400_000, interval: 1000 }).toBe(true);
      const { cells } = await client.call('entry.read', { entryId });
      const cellId = cells[0]?.id ?? '';
      await client.call('frame.render', {
        entryId,
        cellId,
        epoch: 1,
        view: { x0: 0, y0: 0, x1: 1, y1: 1 },
        width: 256,
        height: 256,
        values: 'float32',
        planes: {},
        priority: 'shown',
        coarse: false,
      });
      await client.call('regions.count', { entryId, cellId, snapshots: 1 });
      await client.call('entry.verify', { entryId, level: 'rerun' });
      const threads = readFileSync(memories, 'utf8').trimEnd().split('\n');
      console.log(`${threads.length} memories were made, in ${new Set(threads).size} threads.`);
      expect(threads.length).toBeLessThanOrEqual(100);
    }, 600_000);
  },
);
