import { expect, test } from 'vitest';
import { readPackHeads } from '../../electron/lab/cluster/attempt-pack.ts';
import { collectJobs } from '../../electron/lab/cluster/collect.ts';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { samplePreview } from '../experiments/records/sample-records.ts';
import { campaignPlaces } from '../fuzz-runs.ts';
import { survivals, type ModelFileSystem } from './model-file-system.ts';
import { cells, later, machine, onlyEntry, open, snapshotsOf } from './trained-job.ts';

async function collect(fs: ModelFileSystem): Promise<{ readonly cells: number; readonly jobsDone: number }> {
  const notebook = await open(fs, 'write');
  const { findings, ...collected } = await collectJobs(await onlyEntry(notebook), later);
  expect(findings).toEqual([]);
  await notebook.close();
  return collected;
}

/** Every cell is in the entry once, as it was recorded, and nothing is left of the job. */
async function expectCollected(fs: ModelFileSystem): Promise<void> {
  const notebook = await open(fs, 'write');
  const entry = await onlyEntry(notebook);
  for (const cell of cells) {
    const store = await entry.cell(cell.id);
    expect([store.state, store.index().map(({ epoch }) => epoch)]).toEqual(['finished', [0, 10]]);
    for (const [number, epoch] of [0, 10].entries()) {
      expect(await store.snapshot(epoch)).toEqual(snapshotsOf(cell)[number]);
      expect(await store.preview(epoch)).toEqual(samplePreview(epoch));
    }
    expect(store.problems.messages).toEqual([]);
  }
  const { cells: verdicts, findings } = await verifyChain(entry);
  expect([...findings, ...verdicts.flatMap((verdict) => verdict.findings)]).toEqual([]);
  expect(await fs.list(`${entry.path}/jobs`)).toEqual([]);
  expect((await packedIds(fs, `${entry.path}/packs`)).sort()).toEqual(cells.map(({ id }) => id).sort());
  await notebook.close();
}

/** Ids in all packs of a folder, as often as they are there. */
async function packedIds(fs: ModelFileSystem, folder: string): Promise<string[]> {
  const ids: string[] = [];
  for (const name of (await fs.list(folder)).filter((one) => one.endsWith('.pack'))) {
    const { frames } = await readPackHeads(await fs.open(`${folder}/${name}`, 'read'));
    ids.push(...frames.map(({ row }) => row.id));
  }
  return ids;
}

test('collected twice, cells are taken once', async () => {
  const fs = await machine();
  expect(await collect(fs)).toEqual({ cells: 3, jobsDone: 1 });
  await expectCollected(fs);
  expect(await collect(fs)).toEqual({ cells: 0, jobsDone: 0 });
});

test('fault: collect stopped before any write, then run again: nothing is lost, nothing is there twice', async () => {
  const whole = await machine();
  await collect(whole);
  const { operations } = whole;
  expect(operations).toBeGreaterThan(20);
  for (const stopAt of campaignPlaces(operations)) {
    // Killed, the system goes on; a machine that stops leaves its disk in one of many ways.
    for (const survival of [
      'killed' as const,
      survivals[stopAt % survivals.length],
      survivals[(stopAt + 3) % survivals.length],
    ]) {
      const fs = await machine();
      fs.faults = { stopAt };
      await expect(collect(fs)).rejects.toThrow();
      const next = survival === 'killed' ? fs.afterKill() : fs.afterStop(survival);
      await collect(next);
      await expectCollected(next).catch((error: unknown) => {
        const where = `${fs.log.at(-1)}, ${JSON.stringify(survival)}`;
        throw new Error(`after ${where}: ${String(error)}`, { cause: error });
      });
    }
  }
});
