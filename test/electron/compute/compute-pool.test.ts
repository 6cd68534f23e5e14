import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../../experiments/engines/engine-error.ts';
import { createComputePool, type ComputePool } from '../../../electron/compute/compute-pool.ts';

const workerPath = fileURLToPath(new URL('./misbehaving-worker.mjs', import.meta.url));

const pools: ComputePool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function poolOf(threads: number): ComputePool {
  const pool = createComputePool(threads, { workerPath, timeoutMs: 200, heapMb: 32 });
  pools.push(pool);
  return pool;
}

const picture = { width: 1, height: 1, channels: 1, bytes: new Uint8Array(1) };

/** Runs a cell whose id says how its worker behaves; one that hangs counts `beats`. */
function run(pool: ComputePool, cellId: string, beats?: Int32Array) {
  const messages: unknown[] = [];
  const cell = pool.runCell({ cellId, beats, picture } as never, 'wasm', (message) => messages.push(message));
  return { ...cell, messages };
}

async function beatsWithin(beats: Int32Array, milliseconds: number): Promise<number> {
  const before = Atomics.load(beats, 0);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return Atomics.load(beats, 0) - before;
}

describe('a pool whose worker misbehaves', () => {
  it.each([
    ['throw', 'the kernel trapped', 'error'],
    ['exit', 'The compute worker ended (code 3).', 'error'],
    ['out of memory', 'memory limit', 'out of memory'],
    ['tell', 'The well is dry.', 'out of memory'],
  ])('tells how the cell ended (%s), and the next cell runs', async (way, message, failure) => {
    const pool = poolOf(1);
    const bad = run(pool, way);
    const next = run(pool, 'finish');
    await expect(bad.done).rejects.toThrow(message);
    expect(failureOf(await bad.done.catch((error: unknown) => error))).toBe(failure);
    await next.done;
    expect(next.messages).toEqual([{ kind: 'finished', epoch: 10, reason: 'goal' }]);
  });

  it('ends a worker that does not stop when it should, and the next cell runs', async () => {
    const pool = poolOf(1);
    const beats = new Int32Array(new SharedArrayBuffer(4));
    const hanging = run(pool, 'hang', beats);
    const next = run(pool, 'finish');
    await expect.poll(() => Atomics.load(beats, 0)).toBeGreaterThan(0);
    hanging.abort();
    await expect(hanging.done).rejects.toThrow('did not stop');
    await next.done;
    // It computes no longer, for nobody.
    await expect.poll(() => beatsWithin(beats, 50)).toBe(0);
  });

  it('takes a cell back that was not begun', async () => {
    const pool = poolOf(1);
    const hanging = run(pool, 'hang');
    const waiting = run(pool, 'finish');
    waiting.abort();
    await waiting.done;
    expect(waiting.messages).toEqual([]);
    hanging.abort();
    await expect(hanging.done).rejects.toThrow('did not stop');
  });
});
