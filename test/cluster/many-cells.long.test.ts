/** Many cheap cells as few tasks of a real Slurm: few files, little work to collect them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lab, labJson, startLab, temporaryLab } from '../electron/cli/lab-process.ts';
import { untilEnded } from './fault-walk.ts';
import { handIn } from './job-folder.ts';
import { absenceOf, daemonPath, slurmPackages } from './requirements.ts';
import { startCluster, type TestCluster } from './slurm.ts';

/** So many cells, a hundred a shard; CREASEBOOK_CAMPAIGN=10000 is the campaign. */
const cells = Math.max(300, Number(process.env['CREASEBOOK_CAMPAIGN'] ?? 0));
const shards = Math.ceil(cells / 100);
const absence = absenceOf(slurmPackages);
const seeds = Array.from({ length: cells }, (_, at) => at + 1).join(', ');
const sweep = `name: many
target: ring
epochs: 1
validation: 0
snapshots: { every: 1, preview: 8, truth_stride: 32 }
parameters:
  shape: { values: ["[2]"] }
  points: { values: [10] }
  seed: { values: [${seeds}] }
`;

describe.skipIf(absence !== null)(`many cells${absence === null ? '' : `: left out, ${absence}`}`, () => {
  const { sweep: path, notebook, remove } = temporaryLab(sweep);
  let cluster: TestCluster | undefined;
  afterAll(async () => {
    await cluster?.stop();
    remove();
  });

  it(`${cells} cells in ${shards} shards on 4 nodes: all are collected, six files a shard at most`, async () => {
    process.env['PATH'] = daemonPath;
    cluster = await startCluster(4);
    const begun = performance.now();
    const job = await handIn(path, notebook, '--shards', String(shards), '--threads', '1', '--time', '60m');
    await untilEnded(cluster, job, 3000);
    console.log(`submitted and trained in ${Math.round((performance.now() - begun) / 1000)} s`);
    const names = readdirSync(job.path, { recursive: true, withFileTypes: true });
    const files = names.filter((name) => name.isFile()).length;
    const program = readdirSync(join(job.path, 'program'), { recursive: true }).length;
    console.log(`${files} files and ${names.length - files} folders`);
    // What the engine caught, cells, status and pack of each shard; beside them the job, its task, a picture, the program.
    expect(files).toBeLessThanOrEqual(4 * shards + 3 + program);
    const timed = { prefix: ['bash', '-c', '"$@"; times >&2', 'bash'] };
    const collected = await startLab(['collect', 'many', '--notebook', notebook], timed).result;
    console.log(`collect, user and system time: ${collected.stderr.trim().split('\n').at(-1)}`);
    expect(collected.stdout).toBe(`${cells} cells taken, 1 jobs done\n`);
    const [shown] = await labJson<{ cells: number; finished?: number }[]>('ls', '--notebook', notebook);
    console.log(JSON.stringify(shown).slice(0, 200));
    expect((await lab('submit', 'many', '--notebook', notebook)).stdout).toMatch(
      `Nothing to submit: ${cells} cells finished`,
    );
    const local = performance.now();
    await lab('run', path, '--notebook', `${notebook}-local`);
    console.log(`trained by a local run in ${Math.round((performance.now() - local) / 1000)} s`);
  });
});
