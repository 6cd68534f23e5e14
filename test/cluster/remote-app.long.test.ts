/** The app on a laptop: jobs of another machine over a real sshd, told as they stand, collected, cancelled and handed in again. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RemoteJobsState, RemotePlace } from '../../electron/contract/cluster.ts';
import { openSmallLab, type SmallLab } from '../electron/lab/small-lab.ts';
import { temporaryLab } from '../electron/cli/lab-process.ts';
import { handIn } from './job-folder.ts';
import { absenceOf, sshPackages } from './requirements.ts';
import { startMachines, type SshMachines } from './sshd.ts';
import { expectLinks, uninterrupted, walkedSweep } from './walked-lab.ts';

const absence = absenceOf(sshPackages);

describe.skipIf(absence !== null)(
  `the app and another machine${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    const sweep = walkedSweep(2, 400);
    const [cluster, laptop] = [temporaryLab(sweep), temporaryLab()];
    let machines: SshMachines | undefined;
    let small: SmallLab | undefined;
    afterAll(async () => {
      await small?.lab.close();
      await machines?.stop();
      for (const { remove } of [cluster, laptop]) remove();
    });

    it('tells how jobs stand there, acts on them', async () => {
      machines = await startMachines(['box1']);
      process.env['PATH'] = machines.path;
      const links = uninterrupted(sweep);
      const words = ['--on', 'ssh:box1', '--shards', '2', '--threads', '1'];
      const job = await handIn(cluster.sweep, cluster.notebook, ...words);
      const entry = dirname(dirname(job.path));
      cpSync(cluster.notebook, laptop.notebook, { recursive: true });
      for (const name of ['lock', 'lock.json']) rmSync(join(laptop.notebook, name), { force: true });
      rmSync(join(laptop.notebook, 'entries', basename(entry), 'jobs'), { recursive: true });
      small = await openSmallLab({ notebook: laptop.notebook });
      const { client } = small;
      const place: RemotePlace = { host: 'box1', program: process.cwd(), notebook: cluster.notebook };
      const told = async (holds: (state: RemoteJobsState) => boolean): Promise<RemoteJobsState> => {
        let state: RemoteJobsState | null = null;
        await expect
          .poll(
            async () => {
              state = await client.call('cluster.remoteJobs', { place });
              return holds(state);
            },
            { timeout: 200_000, interval: 500 },
          )
          .toBe(true);
        return state!;
      };
      const done = (id: string) => (state: RemoteJobsState) =>
        state.jobs.some((one) => one.id === id && one.shards.every((shard) => shard.state === 'done'));
      const id = basename(job.path);
      const first = await told((state) => state.jobs.length > 0);
      expect(first.jobs[0]).toMatchObject({
        id,
        entryTitle: 'walk',
        isHere: true,
        cells: 2,
        hosts: ['box1'],
      });
      expect(Date.parse(first.asOf!)).toBeLessThanOrEqual(Date.now());

      // Cancelled there, handed in again there by what the job was.
      await client.call('cluster.remoteCancel', { place, jobId: id });
      await told((state) => state.jobs.some((one) => one.id === id && one.cancelled));
      let rest: string | null = null;
      await expect
        .poll(
          async () => {
            ({ jobId: rest } = await client.call('cluster.remoteRest', { place, jobId: id }));
            return rest;
          },
          { timeout: 120_000 },
        )
        .toMatch(/^[0-9a-f]{8}$/);
      const { jobs } = await told((state) => state.jobs.some((one) => one.id === rest));
      await client.call('cluster.remoteCancel', { place, jobId: rest! });
      // What logs in there knows no box1: its shards are worked on by hand.
      for (const { shard } of jobs.find((one) => one.id === rest)!.shards) {
        const folder = join(dirname(job.path), rest!);
        const hand = [join(folder, 'program/dist/node/work.js'), folder, '--shard', String(shard)];
        expect(spawnSync(process.execPath, [...hand, '--threads', '1']).status).toBe(0);
      }
      await told(done(rest!));

      const { cells } = await client.call('cluster.remoteCollect', { place, jobId: rest! });
      expect(cells).toBe(2);
      expect(readdirSync(join(laptop.notebook, 'entries', basename(entry)))).toContain('packs');

      await small.lab.close();
      small = undefined;
      await expectLinks(laptop.notebook, 2, links);
    });

    it('a machine that cannot be reached is said to be so, in its words', async () => {
      const down = await startMachines(['box1']);
      process.env['PATH'] = down.path;
      const lab = await openSmallLab();
      small = lab;
      const place: RemotePlace = { host: 'box2.invalid', program: '', notebook: '/none' };
      await expect
        .poll(async () => (await lab.client.call('cluster.remoteJobs', { place })).trouble, {
          timeout: 60_000,
        })
        .toMatch(/No connection to box2\.invalid: .*(resolve|connect|port|host)/i);
      const other: RemotePlace = { host: 'box1', program: '', notebook: '/none' };
      await expect
        .poll(async () => (await lab.client.call('cluster.remoteJobs', { place: other })).trouble, {
          timeout: 60_000,
        })
        .toMatch(/creasebook.*not found/);
      await down.stop();
    });
  },
);
