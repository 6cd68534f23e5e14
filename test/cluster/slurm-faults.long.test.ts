/** Everything that a real Slurm can do to a job: the cells end with the links of an uninterrupted run on one machine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digests, lab, temporaryLab } from '../electron/cli/lab-process.ts';
import { fault, nodeFaults, untilEnded, type NodeFault } from './fault-walk.ts';
import { handIn, type JobFolder } from './job-folder.ts';
import { absenceOf, daemonPath, slurmPackages } from './requirements.ts';
import { startCluster, until, type TestCluster } from './slurm.ts';

/** So many restarts are brought about; CREASEBOOK_CAMPAIGN=60 is the campaign. */
const restarts = Number(process.env['CREASEBOOK_CAMPAIGN'] ?? 5);
const absence = absenceOf(slurmPackages);
const shards = 4;

/** A sweep whose cells take some seconds of a processor for each ten thousand epochs. */
function walkedSweep(cells: number, epochs: number): string {
  return `name: walk
target: ring
epochs: ${epochs}
validation: 50
snapshots: { log: 12, preview: 32, truth_stride: 16 }
parameters:
  shape: { values: ["[30]*12"] }
  points: { values: [312] }
  seed: { values: [${Array.from({ length: cells }, (_, at) => at + 1).join(', ')}] }
training: { batch_size: 64 }
`;
}

describe.skipIf(absence !== null)(
  `a job on a real Slurm${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    const epochs = Math.max(6000, 700 * restarts);
    const local = temporaryLab(walkedSweep(2 * shards, epochs));
    const there = temporaryLab(walkedSweep(2 * shards, epochs));
    let cluster: TestCluster;
    let job: JobFolder;
    const done: Record<NodeFault, number[]> = { requeue: [], preemption: [], death: [], partition: [] };
    const starts = (): number => [1, 2, 3, 4].reduce((sum, shard) => sum + job.starts(shard), 0);

    beforeAll(async () => {
      process.env['PATH'] = daemonPath;
      cluster = await startCluster(6);
      job = await handIn(
        there.sweep,
        there.notebook,
        '--shards',
        String(shards),
        '--threads',
        '1',
        '--time',
        '30m',
      );
      const walked = [1, 2, 3, 4].map(async (shard) => {
        for (let round = 0; ; round++) {
          if (starts() - shards >= restarts) return;
          const before = job.starts(shard);
          await until(
            `shard ${shard} to record`,
            () => job.starts(shard) >= Math.max(1, before) && job.hasRecords(shard, 0),
          );
          const kind = nodeFaults[(shard + round) % nodeFaults.length]!;
          // The first node that dies is found out by the controller itself.
          await fault(cluster, job, shard, kind, { isDeclared: !(kind === 'death' && round === 0) });
          done[kind].push(shard);
          if (job.attempts(shard).some(({ ended }) => ended === 0)) return;
        }
      });
      await Promise.all(walked);
      await untilEnded(cluster, job, shards);
      console.log(`${starts() - shards} restarts: ${JSON.stringify(done)}`);
      for (const shard of [1, 2, 3, 4])
        console.log(`shard ${shard} went on at`, job.wentOnAt(shard).join(' '));
    }, 1_200_000);
    afterAll(async () => {
      await cluster?.stop();
      [local, there].forEach(({ remove }) => remove());
    });

    it.each(nodeFaults)('fault: %s: the task starts again by itself', (kind) => {
      expect(done[kind].length).toBeGreaterThan(0);
    });

    it('the links of every cell are those of an uninterrupted run', async () => {
      expect((await lab('collect', 'walk', '--notebook', there.notebook)).stdout).toMatch(/^8 cells taken/);
      const run = await lab('run', local.sweep, '--engine', 'wasm', '--notebook', local.notebook);
      expect(run.code, run.stderr).toBe(0);
      expect(await digests(there.notebook, 'walk')).toBe(await digests(local.notebook, 'walk'));
    });
  },
);
