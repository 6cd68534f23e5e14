/** Machines over ssh: a real sshd, GNU parallel. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quoted } from '../../electron/job-systems/task-script.ts';
import { lab, labJson, temporaryLab } from '../electron/cli/lab-process.ts';
import { handIn, type JobFolder } from './job-folder.ts';
import { absenceOf, sshPackages } from './requirements.ts';
import { until } from './slurm.ts';
import { startMachines, type SshMachines } from './sshd.ts';
import { expectCollected, expectLinks, uninterrupted, walkedSweep, type Links } from './walked-lab.ts';

const absence = absenceOf(sshPackages);

/** What shells, rsync and GNU parallel would take for their own. */
const oddName = `it's "$(touch ran)" \`touch ran\` & ; * {} %a %% é [b] ~ #!`;

/** Collects over ssh into another notebook that has the entry, as a laptop would, and asks the machine how its jobs stand. */
async function expectCollectedElsewhere(
  notebook: string,
  job: JobFolder,
  links: Promise<Links>,
): Promise<void> {
  const laptop = temporaryLab();
  try {
    const entry = dirname(dirname(job.path));
    const own = join(laptop.notebook, 'entries', basename(entry));
    cpSync(notebook, laptop.notebook, { recursive: true });
    rmSync(join(own, 'jobs'), { recursive: true });
    // Of what lies there nothing but packs is copied.
    const attempt = join(job.path, 'shards/1', job.attempts(1)[0]!.name);
    symlinkSync('/etc/passwd', join(attempt, 'link'));
    const words = ['collect', 'walk', '--from', `box1:${entry}`, '--notebook', laptop.notebook];
    renameSync(join(job.path, 'shards/2'), join(job.path, 'shards/kept'));
    expect((await lab(...words)).stdout).toMatch(/^3 cells taken/);
    const mirror = readdirSync(join(own, 'jobs/.from'), { recursive: true, withFileTypes: true });
    expect(new Set(mirror.filter((one) => !one.isDirectory()).map(({ name }) => name))).toEqual(
      new Set(['pack']),
    );
    renameSync(join(job.path, 'shards/kept'), join(job.path, 'shards/2'));
    expect((await lab(...words)).stdout).toMatch(/^1 cells taken/);
    expect(existsSync(join(own, 'jobs/.from'))).toBe(false);
    expect((await lab(...words)).stdout).toMatch(/^0 cells taken/);
    await expectLinks(laptop.notebook, 4, links);
    rmSync(join(attempt, 'link'));
  } finally {
    laptop.remove();
  }
  const cli = [process.execPath, join(process.cwd(), 'dist/node/cli.js'), 'jobs', '--watch', '--json'];
  const asked = [...cli, '--notebook', notebook].map(quoted).join(' ');
  const { stdout } = spawnSync('ssh', ['box2', asked], { encoding: 'utf8' });
  const [{ id, shards }] = JSON.parse(stdout.trimEnd()) as [{ id: string; shards: { state: string }[] }];
  expect(stdout.trimEnd().split('\n').length).toBe(1);
  expect([id, shards.map(({ state }) => state)]).toEqual([basename(job.path), Array(4).fill('done')]);
}

describe.skipIf(absence !== null)(
  `machines over ssh${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    const sweep = walkedSweep(4, 800);
    const { sweep: path, folder, remove } = temporaryLab(sweep);
    let machines: SshMachines | undefined;
    afterAll(async () => {
      await machines?.stop();
      remove();
    });

    it('two machines share the shards of a job, in a folder whose name has what shells would take for their own', async () => {
      machines = await startMachines(['box1', 'box2']);
      process.env['PATH'] = machines.path;
      const notebook = join(folder, oddName);
      mkdirSync(notebook);
      const links = uninterrupted(sweep);
      const job = await handIn(path, notebook, '--on', 'ssh:box1,box2', '--shards', '4', '--threads', '1');
      const state = async (): Promise<string[]> => {
        const [{ shards }] = await labJson<[{ shards: { state: string }[] }]>('jobs', '--notebook', notebook);
        return shards.map((shard) => shard.state);
      };
      const isDone = (shard: number): boolean => job.attempts(shard).some(({ ended }) => ended === 0);
      await until('all shards', () => [1, 2, 3, 4].every(isDone), 120).catch((error: unknown) => {
        throw new Error(
          `${String(error)}: ${readFileSync(join(job.path, 'log/engine.log'), 'utf8').slice(-2000)}`,
        );
      });
      expect(new Set(await state())).toEqual(new Set(['done']));
      await expectCollectedElsewhere(notebook, job, links);
      await expectCollected(notebook, 4, links);
      for (const place of [folder, job.path, homedir(), process.cwd()])
        expect(existsSync(join(place, 'ran'))).toBe(false);
      expect((await lab('jobs', '--notebook', notebook)).stdout).toBe('No jobs.\n');
    });
  },
);
