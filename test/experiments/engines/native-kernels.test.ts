import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { nativeKernels } from '../../../electron/compute/native-kernels.ts';
import type { Engine } from '../../../experiments/engines/engine.ts';
import { relaxedSimdSupported } from '../../../experiments/engines/wasm/wasm-engine.ts';
import type { KernelExports } from '../../../experiments/engines/wasm/kernels.ts';
import { campaignCase, campaignDigest } from './native-campaign.ts';
import {
  hasNativeKernels,
  instructionSets,
  nativeEngine,
  nativeInstance,
  nativeRemark,
  withKernels,
} from './native-engines.ts';
import { wasmEngine } from './test-engines.ts';
import { readFileSync } from 'node:fs';

const seeds = Array.from({ length: 60 }, (_, index) => index);

describe.skipIf(!hasNativeKernels)(`native kernels${nativeRemark}`, () => {
  let sets: string[];
  let wasm: Engine;

  beforeAll(async () => {
    expect(existsSync('dist/native/stamp.json'), 'a C++ compiler that makes them').toBe(true);
    sets = instructionSets();
    wasm = await wasmEngine('strict');
  });

  it('exist for an instruction set of this processor', () => {
    expect(sets.length).toBeGreaterThan(0);
    expect(nativeKernels()?.set).toBe(sets[0]);
  });

  it('give the bits of WebAssembly on random networks, with every instruction set and 1 to 8 threads', async () => {
    for (const seed of seeds) {
      const each = campaignCase(seed, 70);
      const expected = await campaignDigest(wasm, each);
      const threads = 1 + (seed % 8);
      for (const set of sets) {
        const engine = await nativeEngine(set, 'strict', threads);
        const what = `${set} with ${threads} threads on ${each.name}`;
        expect(await campaignDigest(engine, each), what).toEqual(expected);
        engine.dispose();
      }
    }
  });

  it('fused, give the bits of relaxed WebAssembly where the machine fuses', async () => {
    if (!relaxedSimdSupported(readFileSync('dist/kernels/relaxed.wasm'))) return;
    const relaxed = await wasmEngine('relaxed');
    const fusing = sets.filter((set) => set !== 'sse4.2');
    const engines = await Promise.all(fusing.map((set) => nativeEngine(set, 'relaxed')));
    for (const seed of seeds.slice(0, 20)) {
      const each = campaignCase(seed, 70);
      const expected = await campaignDigest(relaxed, each);
      expect(expected).not.toEqual(await campaignDigest(wasm, each));
      for (const [index, engine] of engines.entries()) {
        expect(await campaignDigest(engine, each), `${fusing[index]} on ${each.name}`).toEqual(expected);
      }
    }
  });

  it('refuse calls that lead out of what was opened, and go on', async () => {
    const kernels = await nativeInstance(sets[0], 'strict');
    const outside: ((k: KernelExports) => unknown)[] = [
      (k) => k.openNetwork(0xfffffff0, 3, 0.01),
      (k) => k.openNetwork(64, 1 << 20, 0.01),
      (k) => k.openTraining(10, 10, 0),
      (k) => k.beginEpoch(1, 1, 1e-3),
      (k) => k.advance(1),
      (k) => k.differentiate(),
      (k) => k.clearMoments(),
      (k) => k.layerGradientNorm(0),
      (k) => k.openFrame(16, 1, 0, 0, 0),
      (k) => k.setView(0, 0, 1, 1, 16, 16, 0, 0.01),
      (k) => k.openPoints(),
      (k) => k.renderChunk(0, 16, 0),
      (k) => k.firstLayers(0xfffffff8, 0, 8, 16, 64),
      (k) => k.scoreLevels(0xfffffff0, 64, 16, 64),
      (k) => k.scoreLevels(64, 0xfffffff0, 32, 64),
      (k) => k.scoreLevels(64, 64, 16, 0xfffffff8),
      (k) => k.scoreLevels(64, 64, 16, 60),
      (k) => k.wordsWithin(1, 1, 0, 0, 64, 0, 0, 0xfffffff0),
      (k) => k.wordsWithin(1, 1, 0, 32, 64, 0, 0, 64),
      (k) => k.wordsWithin(1, 1, 0, 0, -1, 0, 0, 64),
      (k) => k.allocate(-1),
      (k) => k.allocate(NaN),
      (k) => k.allocate(1e12),
      (k) => k.openNetwork('three' as never, 3, 0.01),
    ];
    for (const call of outside) expect(() => call(kernels), String(call)).toThrow(RangeError);
    const { advance } = kernels;
    expect(() => advance.call({} as never, 1)).toThrow(TypeError);
    kernels.resetArena();
    expect(kernels.allocate(1e7)).toBe(64);
    expect(kernels.memory.buffer.byteLength).toBeGreaterThanOrEqual(1e7);
  });

  it('refuse pixels beyond a frame or its arrays', async () => {
    const kernels = await nativeInstance(sets[0], 'strict');
    const table = kernels.allocate(12);
    new Int32Array(kernels.memory.buffer, table, 3).set([2, 3, 1]);
    kernels.openNetwork(table, 2, 0.01);
    kernels.openFrame(32, 1, 1, 0, 0);
    kernels.setView(0, 0, 1, 1, 8, 8, 0, 0.01);
    kernels.renderChunk(32, 32, 0);
    for (const [first, count, at] of [
      [33, 32, 0],
      [0, 33, 0],
      [0, 32, 1],
      [-1, 4, 0],
      [0, -1, 0],
      [0, 4, -1],
    ]) {
      expect(() => kernels.renderChunk(first, count, at), `${first} ${count} ${at}`).toThrow(RangeError);
    }
  });
});

describe('the choice of kernels', () => {
  it('is WebAssembly where that is asked for, or where the processor has no such instructions', () => {
    expect(withKernels('wasm', nativeKernels)).toBeNull();
    expect(withKernels('riscv', nativeKernels)).toBeNull();
  });
});
