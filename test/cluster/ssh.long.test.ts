/** Machines over ssh: a real sshd, GNU parallel. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lab, labJson, temporaryLab } from '../electron/cli/lab-process.ts';
import { handIn } from './job-folder.ts';
import { absenceOf, sshPackages } from './requirements.ts';
import { until } from './slurm.ts';
import { startMachines, type SshMachines } from './sshd.ts';
import { expectCollected, uninterrupted, walkedSweep } from './walked-lab.ts';

const absence = absenceOf(sshPackages);

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
      const notebook = join(folder, `it's "$(touch ran)" \`touch ran\` & ; * {} %a é`);
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
      await expectCollected(notebook, 4, links);
      for (const place of [folder, job.path, homedir(), process.cwd()])
        expect(existsSync(join(place, 'ran'))).toBe(false);
      expect((await lab('jobs', '--notebook', notebook)).stdout).toBe('No jobs.\n');
    });
  },
);
