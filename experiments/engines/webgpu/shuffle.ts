/** Orders of points on the GPU: the permutations of the shuffle stream, many at once. */
import { smallestPowerOfTwo } from './training-plan.ts';
import type { Dispatch, GpuContext } from './gpu-context.ts';
import source from './kernels/shuffle.wgsl?raw';

/** The order of an epoch (0 for the first) of `count` points, to be written at word `offset`. */
export interface ShuffleJob {
  readonly seed: number;
  readonly epoch: number;
  readonly count: number;
  readonly offset: number;
}

const kernel = { name: 'shuffle', code: source };
/** Keys of a bucket, about: a workgroup compares each of them with each. */
const bucketKeys = 128;
const maxBucketBits = 12;
const keysPerWorkgroup = 256;

/** Jobs, and as many words of keys as of orders. */
export interface ShuffleBuffers {
  readonly jobs: GPUBuffer;
  readonly keys: GPUBuffer;
  readonly orders: GPUBuffer;
}

/** Words of a job in the buffer of jobs. */
export const jobWords = 4;

/**
 * Writes the jobs and returns the dispatches that compute their orders into `orders`: exactly permutationOrder(seed,
 * shuffle stream, epoch, count). At most 65535 jobs; the buffer of keys is as long as that of orders.
 */
export async function shuffleDispatches(
  context: GpuContext,
  buffers: ShuffleBuffers,
  jobs: readonly ShuffleJob[],
): Promise<Dispatch[]> {
  if (jobs.length === 0) return [];
  const words = new Uint32Array(jobWords * jobs.length);
  let at = 0;
  for (const { seed, epoch, count, offset } of jobs) {
    words[at++] = seed;
    words[at++] = epoch;
    words[at++] = count;
    words[at++] = offset;
  }
  context.write(buffers.jobs, words);
  const most = jobs.reduce((largest, { count }) => Math.max(largest, count), 1);
  const buckets = Math.min(2 ** maxBucketBits, smallestPowerOfTwo(Math.ceil(most / bucketKeys)));
  const constants = { BUCKET_BITS: Math.log2(buckets) };
  const [fill, sort] = await Promise.all([
    context.pipeline(kernel, 'fillKeys'),
    context.pipeline(kernel, 'sortKeys', constants),
  ]);
  return [
    {
      pipeline: fill,
      bindings: { 0: buffers.jobs, 1: buffers.keys },
      workgroups: [Math.ceil(most / keysPerWorkgroup), jobs.length],
    },
    {
      pipeline: sort,
      bindings: { 0: buffers.jobs, 1: buffers.keys, 2: buffers.orders },
      workgroups: [buckets, jobs.length],
    },
  ];
}
