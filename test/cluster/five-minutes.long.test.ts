/** "On a cluster in five minutes" as it stands in the documentation: its commands, run one after another on a real Slurm. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lab, labJson, temporaryLab } from '../electron/cli/lab-process.ts';
import { absenceOf, daemonPath, slurmPackages, sshPackages } from './requirements.ts';
import { startCluster, until, type TestCluster } from './slurm.ts';
import { startMachines, type SshMachines } from './sshd.ts';
import { expectLinks, uninterrupted, walkedSweep } from './walked-lab.ts';

const absence = absenceOf({ ...slurmPackages, ...sshPackages });

/** Lines of the block of code below a heading of docs/cluster.md. */
function commandsBelow(heading: string): string[] {
  const [, section = ''] = readFileSync('docs/cluster.md', 'utf8').split(`\n## ${heading}\n`);
  const [, block = ''] = /^```\n(.*?)^```$/ms.exec(section) ?? [];
  return block.trim().split('\n');
}

describe.skipIf(absence !== null)(
  `on a cluster in five minutes${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    const sweep = walkedSweep(2, 400);
    const [place, laptop] = [temporaryLab(sweep), temporaryLab(sweep)];
    let cluster: TestCluster | undefined;
    let machines: SshMachines | undefined;
    afterAll(async () => {
      await machines?.stop();
      await cluster?.stop();
      for (const { remove } of [place, laptop]) remove();
    });

    /** Runs a line as a person would type it beside the sweep file, with their names in place of those in capitals. */
    function typed(line: string, notebook: string, names: Readonly<Record<string, string>>): string {
      const words = line.replace(/\b[A-Z]+\b/g, (word) => names[word] ?? word);
      // npm looks for its package in the folder of the program; the rest of a line is as it stands.
      const command = words.replace(/^npm run/, `npm --prefix '${process.cwd()}' run`);
      const env = { ...process.env, CREASEBOOK_NOTEBOOK: notebook };
      const end = spawnSync('bash', ['-c', command], { cwd: place.folder, env, encoding: 'utf8' });
      expect(end.status, `${line}: ${end.stderr}`).toBe(0);
      return end.stdout;
    }

    it('the commands do what is said of them', async () => {
      const links = uninterrupted(sweep);
      process.env['PATH'] = daemonPath;
      cluster = await startCluster(2, { processors: 4 });
      machines = await startMachines(['box1']);
      process.env['PATH'] = machines.path;
      const { notebook } = place;
      const [dry = '', submit = '', jobs = '', collect = '', ...others] = commandsBelow('Slurm');
      expect(others).toEqual([]);
      expect(typed(dry, notebook, {})).toMatch(/^2 cells in 1 shards/m);
      expect(typed(submit, notebook, { PARTITION: 'main', ACCOUNT: 'lab' })).toMatch(/^Job [0-9a-f]{8}/m);
      expect(typed(jobs, notebook, {})).toMatch(/of 2 cells/);
      const nodes = cluster;
      await until('the job to end', () => nodes.ask('squeue', '-h').trim() === '', 300);
      const [{ folder }] = await labJson<[{ folder: string }]>('jobs', '--notebook', notebook);
      const entry = dirname(dirname(folder));
      cpSync(notebook, laptop.notebook, { recursive: true });
      rmSync(join(laptop.notebook, 'entries', basename(entry), 'jobs'), { recursive: true });
      const [from = ''] = commandsBelow('From another machine');
      const names = { ENTRY: 'walk', HOST: 'box1', FOLDER: entry };
      expect(typed(from, laptop.notebook, names)).toBe('2 cells taken, 0 jobs done\n');
      expect(typed(collect, notebook, names)).toBe('2 cells taken, 1 jobs done\n');
      for (const one of [place, laptop]) await expectLinks(one.notebook, 2, links);
      expect((await lab('jobs', '--notebook', notebook)).stdout).toBe('No jobs.\n');
    });
  },
);
