/** Processes that pack, check and migrate an entry are killed at any moment: it is the old or the new one, and whole. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNotebook, type Notebook } from '../../electron/lab/notebook/notebook.ts';
import { checkIndexes } from '../../electron/lab/verification/index-check.ts';
import { numbersFrom } from '../experiments/records/sample-records.ts';
import { temporaryFolder } from '../electron/lab/notebook/sample-notebook.ts';
import { bundleProgram, type Bundle } from './bundle.ts';
import { goldenName, goldenPath, lookAtGolden, writeFirst } from './first-write.ts';
import { onlyEntry, packAndGoOn } from './packed-cells.ts';
import { campaignRuns, campaignSeed } from './stops.ts';
import { createCells, expectWholeCells } from './whole-cells.ts';

let program: Bundle;
const seed = campaignSeed();
beforeAll(async () => {
  program = await bundleProgram('changing-program.ts');
});
afterAll(() => program.remove());

async function within<Result>(
  folder: string,
  mode: 'read' | 'write',
  task: (notebook: Notebook) => Promise<Result>,
): Promise<Result> {
  const notebook = await openNotebook(folder, { mode });
  try {
    return await task(notebook);
  } finally {
    await notebook.close();
  }
}

/** Whether a program that changes an entry was killed, so long after it began, before it was done. */
async function isKilled(folder: string, what: string, ms: number): Promise<boolean> {
  const child = spawn(process.execPath, [program.path, folder, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const begun = new Promise<void>((resolve) =>
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('begun')) resolve();
    }),
  );
  await Promise.race([begun, ended]);
  await Promise.race([sleep(ms), ended]);
  child.kill('SIGKILL');
  await ended;
  expect(said).toContain('begun');
  return !said.includes('done');
}

/** What is killed, on what, and what must be so afterwards. */
interface Change {
  readonly what: string;
  /** Makes what the program changes. */
  prepare(folder: string): Promise<void>;
  /** After the kill, and again after somebody has done in peace what was begun. */
  look(folder: string): Promise<void>;
  finish(folder: string): Promise<void>;
}

const expectWhole = async (folder: string): Promise<void> => {
  for (const mode of ['read', 'write'] as const)
    await within(folder, mode, (notebook) => expectWholeCells(notebook, mode));
};

const packed: Change = {
  what: 'pack',
  prepare: (folder) => within(folder, 'write', createCells),
  look: expectWhole,
  async finish(folder) {
    await within(folder, 'write', packAndGoOn);
    const [listed] = await within(folder, 'read', (notebook) => notebook.list());
    expect(listed?.cells.map(({ lastEpoch, state }) => [lastEpoch, state])).toEqual([
      [20, 'finished'],
      [10, 'finished'],
    ]);
  },
};

const checked: Change = {
  what: 'check',
  async prepare(folder) {
    await packed.prepare(folder);
    await within(folder, 'write', packAndGoOn);
    const path = await within(folder, 'read', async (notebook) => (await onlyEntry(notebook)).path);
    writeFileSync(join(path, 'cells.index'), 'not an index');
  },
  look: expectWhole,
  async finish(folder) {
    const check = async (notebook: Notebook) => checkIndexes(await onlyEntry(notebook));
    await within(folder, 'write', check);
    expect(await within(folder, 'write', check)).toEqual({ findings: [], recorded: 2, cells: 2 });
  },
};

function firstWrite(old: Awaited<ReturnType<typeof lookAtGolden>>): Change {
  const written = { ...old, version: 2, title: 'mine' };
  return {
    what: 'first write',
    prepare: (folder) =>
      Promise.resolve(cpSync(goldenPath, join(folder, 'entries', goldenName), { recursive: true })),
    async look(folder) {
      for (const mode of ['read', 'write'] as const) {
        const found = await within(folder, mode, lookAtGolden);
        expect(found).toEqual(found.version === 1 ? old : written);
      }
    },
    async finish(folder) {
      await within(folder, 'write', writeFirst);
      expect(await within(folder, 'read', lookAtGolden)).toEqual(written);
    },
  };
}

test('entries that are packed, checked or migrated by processes that are killed are the old or the new ones, whole', async () => {
  const next = numbersFrom(seed);
  const golden = temporaryFolder();
  cpSync(goldenPath, join(golden, 'entries', goldenName), { recursive: true });
  const changes = [packed, checked, firstWrite(await within(golden, 'read', lookAtGolden))];
  const template = temporaryFolder();
  const longest = new Map<string, number>();
  for (const change of changes) {
    const folder = join(template, change.what);
    mkdirSync(folder);
    await change.prepare(folder);
    const trial = join(temporaryFolder(), 'trial');
    cpSync(folder, trial, { recursive: true });
    const began = performance.now();
    await change.finish(trial);
    longest.set(change.what, performance.now() - began);
  }
  const kills = new Map(changes.map(({ what }) => [what, 0]));
  const wanted = Math.ceil(campaignRuns(9) / changes.length);
  const isMissing = ({ what }: Change): boolean => (kills.get(what) ?? 0) < wanted;
  for (let round = 0; changes.some(isMissing); round++) {
    const change = changes[round % changes.length];
    if (!isMissing(change)) continue;
    const place = join(temporaryFolder(), change.what);
    cpSync(join(template, change.what), place, { recursive: true });
    const ms = (next() / 2 ** 32) * (longest.get(change.what) ?? 0);
    const where = `seed ${seed}, round ${round}, ${change.what} after ${ms.toFixed(1)} ms`;
    if (await isKilled(place, change.what, ms)) kills.set(change.what, (kills.get(change.what) ?? 0) + 1);
    try {
      await change.look(place);
      await change.finish(place);
      await change.look(place);
    } catch (error) {
      throw new Error(`${where}: ${String(error)}`, { cause: error });
    }
    rmSync(place, { recursive: true });
  }
  console.log('kills', Object.fromEntries(kills));
}, 3_600_000);
