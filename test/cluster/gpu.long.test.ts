/** Jobs for GPUs on a real Slurm whose nodes claim to have one; what trains is a software adapter. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCells } from '../../experiments/entries/cells-json.ts';
import { lab, temporaryLab } from '../electron/cli/lab-process.ts';
import { softwareDriver } from '../experiments/engines/webgpu/software-driver.ts';
import { untilEnded } from './fault-walk.ts';
import { handIn } from './job-folder.ts';
import { absenceOf, daemonPath, slurmPackages, sshPackages } from './requirements.ts';
import { startCluster, until, type TestCluster } from './slurm.ts';
import { startMachines, type SshMachines } from './sshd.ts';
import { expectCollected, uninterrupted, type Links } from './walked-lab.ts';

const absence = existsSync(softwareDriver)
  ? absenceOf({ ...slurmPackages, ...sshPackages })
  : 'there is no software adapter';
const sweep = `name: walk
target: ring
epochs: 4
snapshots: { every: 2, preview: 32 }
parameters:
  shape: { values: ["[5]*2", "[7]*2"] }
  points: { values: [60] }
  seed: { values: [1, 2] }
`;
const gpu = ['--gpus', '1', '--engine', 'webgpu', '--threads', '1'];

describe.skipIf(absence !== null)(
  `jobs for GPUs on a real Slurm${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    let cluster: TestCluster;
    let machines: SshMachines | undefined;
    let links: Promise<Links>;
    const { sweep: path, notebook, remove } = temporaryLab(sweep);
    beforeAll(async () => {
      process.env['PATH'] = daemonPath;
      process.env['VK_DRIVER_FILES'] = softwareDriver;
      links = uninterrupted(sweep, 'webgpu');
      cluster = await startCluster(2, { processors: 2, hasGpus: true });
    });
    afterAll(async () => {
      await machines?.stop();
      await cluster?.stop();
      remove();
    });

    /** What lies beside an entry's cells for jobs. */
    const jobsLeft = (): string[] =>
      readdirSync(notebook, { recursive: true, encoding: 'utf8' }).filter((name) => /\/jobs\/./.test(name));

    it('hands nothing in where a task there finds no GPU that may train, and says what is missing', async () => {
      // The driver's name stays here: nothing of the environment but the path travels.
      const { code, stderr } = await lab('submit', path, '--notebook', notebook, ...gpu);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /No job was handed in\. node-\d: .*(No GPU can be used|computes on the processor)/,
      );
      expect(stderr).toMatch(/No device of a GPU is visible|Vulkan/);
      expect(jobsLeft()).toEqual([]);
      expect(cluster.ask('squeue', '-h').trim()).toBe('');
    });

    it('trains shards of one shape each to the links of a run on the same adapter', async () => {
      const extra = ['--', '--export=VK_DRIVER_FILES'];
      const job = await handIn(path, notebook, ...gpu, '--shards', '3', ...extra);
      expect(cluster.ask('scontrol', 'show', 'job', job.engineId)).toMatch(/gres[:/]gpu[:=]1/);
      await untilEnded(cluster, job);
      const shapes = [1, 2, 3].map((shard) => {
        const cells = parseCells(readFileSync(join(job.path, 'shards', String(shard), 'cells.json')));
        return cells.map(({ config }) => config.network.hidden[0]);
      });
      expect(shapes.map((own) => new Set(own).size)).toEqual([1, 1, 1]);
      expect(shapes.flat().sort()).toEqual([5, 5, 7, 7]);
      await expectCollected(notebook, 4, links);
      expect(jobsLeft()).toEqual([]);
    });

    it('trains on two cards of a machine over ssh, each with one shard at a time', async () => {
      machines = await startMachines(['box1'], { VK_DRIVER_FILES: softwareDriver });
      process.env['PATH'] = machines.path;
      const place = temporaryLab(sweep);
      try {
        const on = ['--on', 'ssh:box1', '--at-once', '2'];
        const job = await handIn(place.sweep, place.notebook, ...gpu, ...on);
        const cards = (): string[] =>
          existsSync(join(job.path, 'log/ended'))
            ? [...readFileSync(join(job.path, 'log/ended'), 'utf8').matchAll(/CREASEBOOK_CARD=(\d)/g)].map(
                ([, card]) => card!,
              )
            : [];
        await until('both shards', () => cards().length === 2, 300);
        expect(cards().sort()).toEqual(['1', '2']);
        await expectCollected(place.notebook, 4, links);
      } finally {
        place.remove();
      }
    });
  },
);
