/** A walk of four tasks through fault after fault of a real Slurm. */
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryLab } from '../electron/cli/lab-process.ts';
import { fault, nodeFaults, untilEnded, type NodeFault } from './fault-walk.ts';
import { handIn } from './job-folder.ts';
import { absenceOf, daemonPath, slurmPackages } from './requirements.ts';
import { startCluster, until, type TestCluster } from './slurm.ts';
import { expectCollected, uninterrupted, walkedSweep } from './walked-lab.ts';

/** So many restarts are brought about; CREASEBOOK_CAMPAIGN=60 is the campaign. */
const restarts = Number(process.env['CREASEBOOK_CAMPAIGN'] ?? 4);
const absence = absenceOf(slurmPackages);
const shards = [1, 2, 3, 4];

describe.skipIf(absence !== null)(`a fault walk${absence === null ? '' : `: left out, ${absence}`}`, () => {
  const sweep = walkedSweep(shards.length, Math.max(20_000, 5000 * restarts));
  const { sweep: path, notebook, remove } = temporaryLab(sweep);
  let cluster: TestCluster | undefined;
  afterAll(async () => {
    await cluster?.stop();
    remove();
  });

  it('every cell ends, with the links of an uninterrupted run', { timeout: 3_600_000 }, async () => {
    process.env['PATH'] = daemonPath;
    const walked = (cluster = await startCluster(6));
    const job = await handIn(path, notebook, '--shards', '4', '--threads', '1', '--time', '120m');
    const done: NodeFault[] = [];
    const starts = (): number => shards.reduce((sum, shard) => sum + job.starts(shard), 0);
    const isDone = (shard: number): boolean => job.attempts(shard).some(({ ended }) => ended === 0);
    const walk = async (shard: number): Promise<void> => {
      for (let round = 0; starts() - shards.length < restarts && !isDone(shard); round++) {
        await until(`shard ${shard} to record`, () => isDone(shard) || job.hasRecords(shard, 0));
        const kind = nodeFaults[(shard + round) % nodeFaults.length]!;
        // The first node that dies is found out by the controller itself.
        const isDeclared = !(kind === 'death' && round === 0);
        if (await fault(walked, job, shard, kind, { isDeclared })) done.push(kind);
      }
    };
    await Promise.all(shards.map(walk));
    await untilEnded(walked, job, 1800);
    const counts = nodeFaults.map((kind) => `${done.filter((one) => one === kind).length} ${kind}`);
    console.log(`${starts() - shards.length} restarts: ${counts.join(', ')}`);
    for (const shard of shards) console.log(`shard ${shard} went on at ${job.wentOnAt(shard).join(' ')}`);
    expect(new Set(done).size).toBe(nodeFaults.length);
    expect(starts() - shards.length).toBeGreaterThanOrEqual(restarts);
    await expectCollected(notebook, shards.length, uninterrupted(sweep));
  });
});
