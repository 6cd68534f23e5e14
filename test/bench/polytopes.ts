/** Exact polytopes against the plain baseline, in the same rounds of one process; medians. Started by polytopes.mjs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { View } from '../../experiments/engines/engine.ts';
import type { Network } from '../../experiments/network/shape.ts';
import type { ComplexPart } from '../../experiments/polytopes/complex-part.ts';
import { complexFromParts } from '../../experiments/polytopes/part-joining.ts';
import { extractComplex, tileCount } from '../../experiments/polytopes/extract-complex.ts';
import { initialNetwork } from '../../experiments/polytopes/self-test-specimens.ts';
import { safetensorsNetwork } from '../fixtures/ring-network.ts';
import { extractPlainComplex } from './plain-complex.ts';
import type { TileTask } from './polytopes-worker.ts';

const [root = '.', ...options] = process.argv.slice(2);
const quick = options.includes('--quick');
const rounds = Number(options[options.indexOf('--rounds') + 1]) || (quick ? 3 : 1);
const threads = 2;
const kernel = new WebAssembly.Module(
  new Uint8Array(readFileSync(join(root, 'dist', 'kernels', 'geometry.wasm'))),
);
const unit: View = { x0: 0, y0: 0, x1: 1, y1: 1 };
const ring = (epoch: number): Network =>
  safetensorsNetwork(readFileSync(join(root, 'test', 'fixtures', `ring-n5000-epoch${epoch}.safetensors`)));
const workers = Array.from(
  { length: threads },
  () => new Worker(new URL('./polytopes-worker.js', import.meta.url)),
);

interface Subject {
  readonly name: string;
  readonly network: Network;
  readonly view: View;
}

function around(size: number): View {
  return { x0: 0.72 - size / 2, y0: 0.5 - size / 2, x1: 0.72 + size / 2, y1: 0.5 + size / 2 };
}

function deep(depth: number, width: number): Network {
  return initialNetwork(new Array<number>(depth).fill(width), 'he-normal', 1, 0.01);
}

/** As the program does it: one thread for a small view, else all of them. */
async function extractShared(network: Network, view: View): Promise<number> {
  const [few] = await partsOf([workers[0]!], network, view, null);
  if (few !== null && few !== undefined) return complexFromParts([few], network, view).regionCount;
  const parts = await partsOf(workers, network, view, tileCount(threads));
  return complexFromParts(parts as ComplexPart[], network, view).regionCount;
}

function partsOf(
  team: readonly Worker[],
  network: Network,
  view: View,
  tiles: number | null,
): Promise<(ComplexPart | null)[]> {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  return Promise.all(
    team.map(
      (worker) =>
        new Promise<ComplexPart | null>((resolve) => {
          worker.once('message', resolve);
          worker.postMessage({ kernel, network, view, tiles, counter } satisfies TileTask);
        }),
    ),
  );
}

async function timed(run: () => number | Promise<number>): Promise<[number, number]> {
  const start = performance.now();
  const regions = await run();
  return [performance.now() - start, regions];
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Milliseconds of the baseline, of one thread and of two. */
async function compare({ name, network, view }: Subject, repeats: number): Promise<void> {
  const plain: number[] = [];
  const single: number[] = [];
  const shared: number[] = [];
  const counts = new Set<number>();
  // The first two of the fast ones warm the compiler up, as the baseline's many calls do for itself.
  for (let i = 0; i < 2; i++) extractComplex(network, view, { kernel });
  await extractShared(network, view);
  for (let round = 0; round < repeats; round++)
    for (const [list, run] of [
      [plain, () => extractPlainComplex(network, view).polygons.length],
      [single, () => extractComplex(network, view, { kernel }).regionCount],
      [shared, () => extractShared(network, view)],
    ] as const) {
      const [milliseconds, regions] = await timed(run);
      list.push(milliseconds);
      counts.add(regions);
    }
  const [p, s, t] = [median(plain), median(single), median(shared)];
  console.log(
    `${name.padEnd(34)} ${[...counts].join('/').padStart(8)} regions  plain ${p.toFixed(0).padStart(6)} ms  one thread ${s.toFixed(0).padStart(5)} ms (${(p / s).toFixed(1)} x)  ${threads} threads ${t.toFixed(0).padStart(5)} ms (${(p / t).toFixed(1)} x)`,
  );
}

/** Microseconds a region and neuron of width: flat where time grows linearly with regions times width. */
async function growth({ name, network, view }: Subject): Promise<void> {
  const times: number[] = [];
  let regions = 0;
  for (let i = 0; i < 5; i++) {
    const [milliseconds, count] = await timed(() => extractComplex(network, view, { kernel }).regionCount);
    times.push(milliseconds);
    regions = count;
  }
  const { hidden } = network.shape;
  const unitCost = (1e6 * median(times)) / (regions * hidden.reduce((sum, width) => sum + width, 0));
  console.log(
    `${name.padEnd(34)} ${String(regions).padStart(8)} regions  ${median(times).toFixed(1).padStart(8)} ms  ${unitCost.toFixed(2)} ns a region and neuron`,
  );
}

const trained = ring(6000);
await compare({ name: 'ring, epoch 6000, window of 0.04', network: trained, view: around(0.04) }, 5 * rounds);
await compare({ name: 'ring, epoch 0', network: ring(0), view: unit }, 3 * rounds);
await compare({ name: 'ring, epoch 300', network: ring(300), view: unit }, rounds);
if (!quick) {
  await compare({ name: 'ring, epoch 6000', network: trained, view: unit }, rounds);
  await compare({ name: '[100]*20 at initialisation', network: deep(20, 100), view: unit }, rounds);
}
for (const size of [0.64, 0.32, 0.16, 0.08, 0.04, 0.02, 0.01])
  await growth({ name: `ring, epoch 6000, window of ${size}`, network: trained, view: around(size) });
for (const depth of [5, 10, 20, 30])
  await growth({ name: `[30]*${depth} at initialisation`, network: deep(depth, 30), view: unit });
await Promise.all(workers.map((worker) => worker.terminate()));
console.log(`peak memory of the process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
