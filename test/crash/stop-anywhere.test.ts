import { expect, test } from 'vitest';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { LabError } from '../../electron/lab/disk/lab-error.ts';
import { openNotebook, type Notebook } from '../../electron/lab/notebook/notebook.ts';
import type { FileSystem } from '../../electron/lab/disk/files.ts';
import { cellId } from '../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../experiments/sweeps/cell.ts';
import {
  sampleCell,
  samplePreview,
  sampleSnapshots,
  sampleState,
} from '../experiments/records/sample-records.ts';
import { sampleEntry } from '../electron/lab/notebook/sample-notebook.ts';
import { ModelFileSystem, Stopped, survivals, type Survival } from './model-file-system.ts';
import { campaignPlaces } from '../fuzz-runs.ts';

function ownCell(seed: number): SweepCell {
  const cell = sampleCell();
  const config = { ...cell.config, seed };
  return { ...cell, config, id: cellId(config), epochs: 30 };
}

const [first, second] = [ownCell(1), ownCell(2)];
const options = { cellId: first.id, weights: 6 };
const snapshots = sampleSnapshots(4, options);
const firstText = 'name: ring\nseed: 1\n';
const secondText = 'name: ring\nseed: { values: [1, 2] }\n';
const newEntry = sampleEntry({ name: 'ring', sweepText: firstText, cells: [first] });
const environment = { version: '0.1.0' };

/** What a life of a notebook has been told is safely kept. */
interface Acknowledged {
  created: boolean;
  epochs: number[];
  stateAt25: boolean;
  finished: boolean;
  extended: boolean;
  receipt: boolean;
}

function nothingYet(): Acknowledged {
  return { created: false, epochs: [], stateAt25: false, finished: false, extended: false, receipt: false };
}

function open(fileSystem: FileSystem, mode: 'write' | 'read' = 'write'): Promise<Notebook> {
  return openNotebook('/notebook', { mode, fileSystem, now: () => new Date('2026-11-20T12:00:00Z') });
}

/** Does whatever is not done yet, each step through `attempt`; what came back goes into `done`. */
async function live(
  fs: FileSystem,
  done: Acknowledged,
  attempt: <T>(step: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const notebook = await attempt(() => open(fs));
  const entry = await attempt(
    async () => (await notebook.findForSweep('ring', [first.id])) ?? (await notebook.create(newEntry)),
  );
  done.created = true;
  const cell = await attempt(() => entry.cell(first.id));
  if (cell.state !== 'finished') {
    const resume = await cell.resumePoint();
    const { id: engine } = { id: 'wasm' };
    await attempt(() =>
      cell.appendEvent(
        resume === null
          ? { kind: 'started', engine, environment }
          : { kind: 'resumed', epoch: resume.state.epoch, engine, environment },
      ),
    );
    for (const snapshot of snapshots) {
      const { epoch } = snapshot.metrics;
      await attempt(() => cell.appendSnapshot(snapshot, samplePreview(epoch)));
      if (!done.epochs.includes(epoch)) done.epochs.push(epoch);
      if (epoch === 20 && cell.lastEpoch < 25) {
        await attempt(() => cell.appendState(sampleState(25, options)));
        done.stateAt25 = true;
      }
    }
    await attempt(() => cell.appendEvent({ kind: 'finished', epoch: 30, reason: 'goal' }));
    done.finished = true;
  }
  await attempt(() => entry.setCellSummary(first.id));
  await attempt(() => entry.updateSweep(secondText, [first, second]));
  done.extended = true;
  if (entry.json.receipts.length === 0) {
    await attempt(() => entry.addReceipt({ level: 'chain', holds: true, environment, cells: [] }));
  }
  done.receipt = true;
  await attempt(() => notebook.close());
}

const once = <T>(step: () => Promise<T>): Promise<T> => step();

/** Everything acknowledged is there, and what is there is either of the old or of the new. */
async function expectKept(fs: ModelFileSystem, done: Acknowledged): Promise<void> {
  const notebook = await open(fs);
  const summaries = await notebook.list();
  expect(summaries.map(({ problem }) => problem)).toEqual(summaries.map(() => null));
  expect(summaries.length).toBeLessThanOrEqual(1);
  if (done.created) expect(summaries.length).toBe(1);
  if (summaries.length === 1) {
    const entry = await notebook.find(summaries[0].id);
    const isExtended = entry.sweepText === secondText;
    expect(entry.sweepText).toBe(isExtended ? secondText : firstText);
    expect(entry.json.cells.map(({ id }) => id)).toEqual(isExtended ? [first.id, second.id] : [first.id]);
    if (done.extended) expect(isExtended).toBe(true);
    if (done.receipt) expect(entry.json.receipts.length).toBe(1);
    expect(new TextDecoder().decode(fs.bytes(`${entry.path}/sweep.yaml`))).toBe(entry.sweepText);
    expect((await fs.list(entry.path)).filter((name) => name !== 'cells.index').sort()).toEqual([
      'cells',
      'cells.json',
      'entry.json',
      'notes.md',
      'sweep.yaml',
      'targets',
    ]);
    const cell = await entry.cell(first.id);
    expect(cell.problems.messages).toEqual([]);
    const epochs = cell.index().map(({ epoch }) => epoch);
    expect(epochs).toEqual([0, 10, 20, 30].slice(0, epochs.length));
    expect(epochs.length).toBeGreaterThanOrEqual(done.epochs.length);
    for (const epoch of epochs) {
      expect(await cell.snapshot(epoch)).toEqual(snapshots[epoch / 10]);
      expect(await cell.preview(epoch)).toEqual(samplePreview(epoch));
    }
    if (done.stateAt25) expect((await cell.resumePoint())?.state.epoch).toBeGreaterThanOrEqual(25);
    if (done.finished) expect(cell.state).toBe('finished');
    expect(cell.state).not.toBe('running');
    expect(await verifyChain(entry)).toMatchObject({ holds: true });
  }
  await notebook.close();
}

/** Number of operations of an undisturbed life. */
async function countOperations(): Promise<number> {
  const fs = new ModelFileSystem();
  await live(fs, nothingYet(), once);
  const { operations } = fs;
  await expectKept(fs, {
    created: true,
    epochs: [0, 10, 20, 30],
    stateAt25: true,
    finished: true,
    extended: true,
    receipt: true,
  });
  return operations;
}

async function stopAndGoOn(stopAt: number, survival: Survival): Promise<void> {
  const fs = new ModelFileSystem();
  fs.faults = { stopAt };
  const done = nothingYet();
  await expect(live(fs, done, once)).rejects.toThrow();
  const after = fs.afterStop(survival);
  await expectKept(after, done);
  await live(after.afterStop({ names: 'new', data: 'new' }), done, once);
}

test('a stop before any file operation leaves the old or the new, and everything acknowledged', async () => {
  const operations = await countOperations();
  expect(operations).toBeGreaterThan(60);
  for (const stopAt of campaignPlaces(operations)) {
    for (const survival of survivals) {
      await stopAndGoOn(stopAt, survival).catch((error: unknown) => {
        throw new Error(`stopped before operation ${stopAt}, ${JSON.stringify(survival)}: ${String(error)}`, {
          cause: error,
        });
      });
    }
  }
});

test('what a killed process left unsynced is durable once the next one has gone on from it', async () => {
  const operations = await countOperations();
  for (const stopAt of campaignPlaces(operations)) {
    const fs = new ModelFileSystem();
    fs.faults = { stopAt };
    const done = nothingYet();
    await expect(live(fs, done, once)).rejects.toThrow();
    const next = fs.afterKill();
    await live(next, done, once);
    await expectKept(next.afterStop({ names: 'old', data: 'old' }), done).catch((error: unknown) => {
      throw new Error(`killed before operation ${stopAt}: ${fs.log[stopAt]}`, { cause: error });
    });
  }
});

test('what the next process has seen of an entry stays, even if it only records', async () => {
  const operations = await countOperations();
  for (const stopAt of campaignPlaces(operations)) {
    const fs = new ModelFileSystem();
    fs.faults = { stopAt };
    await expect(live(fs, nothingYet(), once)).rejects.toThrow();
    const next = fs.afterKill();
    const seen = await lookAndRecord(next);
    if (seen !== null)
      expect(await lookAndRecord(next.afterStop({ names: 'old', data: 'old' }))).toEqual(seen);
  }
});

/** Text and cells of the one entry, after recording something into its last cell. */
async function lookAndRecord(fs: FileSystem): Promise<unknown> {
  const notebook = await open(fs);
  const entry = await notebook.findForSweep('ring', [first.id]);
  if (entry === null) return null;
  const cell = await entry.cell(entry.json.cells.at(-1)!.id);
  await cell.appendEvent({ kind: 'cancelled', epoch: 0 });
  return [entry.sweepText, entry.json.cells.map(({ id }) => id)];
}

test('a stop while a life after a stop is cleaning up loses nothing either', async () => {
  const operations = await countOperations();
  for (let stopAt = 40; stopAt < operations; stopAt += 7) {
    const fs = new ModelFileSystem();
    fs.faults = { stopAt };
    const done = nothingYet();
    await expect(live(fs, done, once)).rejects.toThrow();
    for (let again = 0; again < 12; again++) {
      const second = fs.afterStop({ names: 'new', data: 'half' });
      second.faults = { stopAt: again };
      const doneAgain = structuredClone(done);
      await live(second, doneAgain, once).catch((error: unknown) => {
        if (!(error instanceof LabError || error instanceof Stopped)) throw error;
      });
      await expectKept(second.afterStop({ names: 'old', data: 'old' }), doneAgain);
    }
  }
});

test.each([
  ['ENOSPC', 1],
  ['EIO', 1],
  ['ENOSPC', 2],
  ['EIO', 3],
])(
  'after operations fail with %s, %i in a row, asking again succeeds and the outcome is the same',
  async (errno, failures) => {
    const operations = await countOperations();
    let refusals = 0;
    const places = campaignPlaces(operations);
    for (const failAt of places) {
      const fs = new ModelFileSystem();
      fs.faults = { failAt, failures, errno, longestWrite: 50 + (failAt % 3) * 100 };
      const done = nothingYet();
      await live(fs, done, async (step) => {
        for (let tried = 0; ; tried++) {
          try {
            return await step();
          } catch (error) {
            const expected = error instanceof LabError && tried < failures;
            if (!expected) throw new Error(`operation ${failAt}: ${fs.log[failAt]}`, { cause: error });
            refusals++;
          }
        }
      });
      fs.faults = {};
      await expectKept(fs.afterStop({ names: 'old', data: 'old' }), done).catch((error: unknown) => {
        throw new Error(`operation ${failAt}: ${fs.log[failAt]}`, { cause: error });
      });
    }
    expect(refusals).toBeGreaterThan(places.length / 3);
  },
);
