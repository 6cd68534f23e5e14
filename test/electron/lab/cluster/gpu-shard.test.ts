/** A job for GPUs in the hands of a worker: what trains is a stand-in, so that it can go away. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NoGpuError } from '../../../../experiments/engines/engine-error.ts';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { workCodes, workOnShard, type ShardEngine } from '../../../../electron/lab/cluster/shard-work.ts';
import { lab, labJson, temporaryLab } from '../../cli/lab-process.ts';

const sweep = `name: gpu
target: ring
epochs: 4
parameters:
  shape: { values: ["[5]*2", "[7]*2"] }
  points: { values: [60, 50] }
`;
const { sweep: path, notebook, remove } = temporaryLab(sweep);
const gpu = ['--gpus', '1', '--engine', 'webgpu', '--on', 'script:pbs', '--notebook', notebook];
let folder: string;

beforeAll(async () => {
  ({ folder } = await labJson<{ folder: string }>('submit', path, ...gpu));
});
afterAll(remove);

/** Works on the first shard; what it logs, and how many cells it was asked to train at once. */
async function worked(openEngine: () => Promise<ShardEngine>): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await workOnShard({
    ...{ fs: diskFileSystem, job: folder, shard: 1, task: { engineId: 'hand', restart: '0' } },
    openEngine: (gpus) => (expect(gpus).toBe(1), openEngine()),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    log: (line) => lines.push(line),
  });
  return { code, lines };
}

it('a job of two shapes has a shard for each, brings Dawn along, and says that it needs a GPU', () => {
  const job = JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8')) as {
    gpus: number;
    shards: number;
    program: { files: object };
  };
  expect([job.gpus, job.shards]).toEqual([1, 2]);
  expect(Object.keys(job.program.files)).toContain('dist/node/gpu-child.mjs');
  expect(Object.keys(job.program.files).some((name) => name.endsWith('dawn.node'))).toBe(true);
});

it('where there is no GPU the task fails with what is missing, and nothing is trained', async () => {
  const { code, lines } = await worked(() => Promise.reject(new NoGpuError('No GPU: no adapter.')));
  expect(code).toBe(workCodes.failed);
  expect(lines.at(-1)).toMatch(/0 of 2 cells, stopped: No GPU: no adapter/);
});

it('a GPU that goes is no result of its cells: they are left for another attempt', async () => {
  let atOnce = 0;
  const { code, lines } = await worked(() =>
    Promise.resolve({
      environment: {},
      executor: {
        threads: 1,
        cellsAtOnce: (engine) => (engine === 'webgpu' ? 128 : 1),
        runCell() {
          atOnce += 1;
          return {
            done: Promise.reject(new NoGpuError('The GPU was lost twice.')),
            abort() {},
            acknowledge() {},
          };
        },
        close: () => Promise.resolve(),
      },
    }),
  );
  expect([code, atOnce]).toEqual([workCodes.failed, 2]);
  expect(lines.at(-1)).toMatch(/0 of 2 cells, stopped: The GPU was lost twice/);
  const files = readdirSync(join(folder, 'shards/1'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => /cells\/\w+\/records$/.test(name))).toHaveLength(2);
});

it('what processors train is no part of it, and its cells are none of a job without GPUs', async () => {
  const { code, stderr } = await lab('submit', 'gpu', '--on', 'script:pbs', '--notebook', notebook);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/4 missing cells belong to another engine.*--gpus 1/),
  ]);
});

it.each([
  [['--engine', 'auto', '--gpus', '1'], /must be wasm or webgpu \(with --gpus 1\)/],
  [['--engine', 'webgpu'], /needs --gpus 1/],
  [['--gpus', '1'], /needs --engine webgpu/],
  [[...gpu, '--shards', '1'], /2 shapes need as many shards, 1 were asked for/],
])('submit %j is refused in words', async (words, message) => {
  const { code, stderr } = await lab('submit', path, ...words, '--notebook', notebook);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});
