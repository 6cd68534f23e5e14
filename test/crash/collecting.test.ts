import { describe, expect, test } from 'vitest';
import { readPackHeads } from '../../electron/lab/cluster/attempt-pack.ts';
import { collectJobs } from '../../electron/lab/cluster/collect.ts';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { samplePreview } from '../experiments/records/sample-records.ts';
import { campaignPlaces } from '../fuzz-runs.ts';
import { survivals, type ModelFileSystem } from './model-file-system.ts';
import { cells, later, machine, onlyEntry, open, snapshotsOf } from './trained-job.ts';

/** Whether packs are copied, or those of which every cell is wanted get a second name. */
const ways = { copied: Infinity, linked: 0 } as const;
type Way = keyof typeof ways;

async function collect(
  fs: ModelFileSystem,
  way: Way,
): Promise<{ readonly cells: number; readonly jobsDone: number }> {
  const notebook = await open(fs, 'write');
  const { findings, ...collected } = await collectJobs(await onlyEntry(notebook), later, ways[way]);
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

/** Files that are a pack of a job under another name. */
async function linkedPacks(fs: ModelFileSystem, job: string, packs: string): Promise<number> {
  const identities = new Set<string | null>();
  for (const shard of await fs.list(`${job}/shards`))
    for (const attempt of await fs.list(`${job}/shards/${shard}`))
      identities.add((await fs.facts(`${job}/shards/${shard}/${attempt}/pack`))?.identity ?? null);
  const names = (await fs.facts(packs)) === null ? [] : await fs.list(packs);
  const facts = await Promise.all(names.map((name) => fs.facts(`${packs}/${name}`)));
  return facts.filter((fact) => fact !== null && identities.has(fact.identity)).length;
}

describe.each(['copied', 'linked'] as const)('packs that are %s', (way) => {
  test('collected twice, cells are taken once', async () => {
    const fs = await machine();
    expect(await collect(fs, way)).toEqual({ cells: 3, jobsDone: 1 });
    await expectCollected(fs);
    expect(await collect(fs, way)).toEqual({ cells: 0, jobsDone: 0 });
  });

  test('fault: collect stopped before any write, then run again: nothing is lost, nothing is there twice', async () => {
    const whole = await machine();
    await collect(whole, way);
    const { operations } = whole;
    expect(operations).toBeGreaterThan(20);
    let linked = 0;
    for (const stopAt of campaignPlaces(operations)) {
      // Killed, the system goes on; a machine that stops leaves its disk in one of many ways.
      for (const survival of [
        'killed' as const,
        survivals[stopAt % survivals.length],
        survivals[(stopAt + 3) % survivals.length],
      ]) {
        const fs = await machine();
        fs.faults = { stopAt };
        await expect(collect(fs, way)).rejects.toThrow();
        const next = survival === 'killed' ? fs.afterKill() : fs.afterStop(survival);
        const [name] = await next.list('/notebook/entries');
        const entry = `/notebook/entries/${name}`;
        for (const job of (await next.facts(`${entry}/jobs`)) === null
          ? []
          : await next.list(`${entry}/jobs`))
          linked += await linkedPacks(next, `${entry}/jobs/${job}`, `${entry}/packs`).catch(() => 0);
        await collect(next, way);
        await expectCollected(next).catch((error: unknown) => {
          const where = `${fs.log.at(-1)}, ${JSON.stringify(survival)}`;
          throw new Error(`after ${where}: ${String(error)}`, { cause: error });
        });
      }
    }
    expect(linked > 0).toBe(way === 'linked');
  });
});
