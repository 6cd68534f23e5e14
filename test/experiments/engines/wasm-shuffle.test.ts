import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  instantiateKernels,
  wordsAt,
  type ModuleExports,
} from '../../../experiments/engines/wasm/kernels.ts';
import { permutationOrder, wordsWithin } from '../../../experiments/random/permutation.ts';
import { streamIds, streamWords } from '../../../experiments/random/philox.ts';
import { instructionSets, nativeEngine } from './native-engines.ts';
import { wasmEngine } from './test-engines.ts';

let kernels: ModuleExports;

beforeAll(async () => {
  kernels = await instantiateKernels(await WebAssembly.compile(readFileSync('dist/kernels/strict.wasm')));
});

function kernelOrder(seed: number, epoch: number, count: number): Uint32Array {
  kernels.resetArena();
  kernels.openShuffle(count);
  return wordsAt(kernels, kernels.shuffledOrder(seed, epoch, count), count + 16).slice();
}

describe('words within bounds in the kernels', () => {
  it.each(['strict', ...instructionSets()])('are those of the streams, by %s', async (set) => {
    const engine = await (set === 'strict' ? wasmEngine('strict') : nativeEngine(set, 'strict'));
    for (const [seed, subsequence] of [
      [0, 0],
      [7, 1],
      [0xffffffff, 0xfffffffe],
    ])
      for (const count of [0, 1, 15, 63, 64, 65, 70_001])
        for (const [atMost, atLeast] of [
          [0, 0xffffffff],
          [1 << 20, 0xffff0000],
          [0x7fffffff, 0xc0000000],
          [0xffffffff, 0xffffffff],
        ]) {
          const stream = { seed, streamId: streamIds.data, subsequence };
          const found = await engine.wordsWithin?.(stream, count, { atMost, atLeast });
          const all = streamWords(seed, streamIds.data, subsequence, 0, count);
          const expected = [...all].flatMap((word, at) =>
            word <= atMost || word >= atLeast ? [word, at] : [],
          );
          expect(found, `${count} of seed ${seed}, ${atMost}, ${atLeast}`).toEqual(
            Uint32Array.from(expected),
          );
          expect(wordsWithin(seed, streamIds.data, subsequence, count, { atMost, atLeast })).toEqual(found);
        }
    engine.dispose();
  });
});

describe('the order of points in the kernels', () => {
  // 16384 is the last count that is sorted by short digits
  it.each([1, 2, 3, 4, 15, 16, 17, 255, 312, 5000, 16384, 16385, 40_000])(
    'of %i points is the permutation of the shuffle stream',
    (count) => {
      for (const [seed, epoch] of [
        [0, 0],
        [1, 7],
        [0xffffffff, 5999],
      ]) {
        const order = kernelOrder(seed, epoch, count).subarray(0, count);
        expect(order, `seed ${seed}, epoch ${epoch}`).toEqual(
          permutationOrder(seed, streamIds.shuffle, epoch, count),
        );
      }
    },
  );

  it('is right where keys agree in all the bits that digits look at', () => {
    const count = 16_384;
    const seed = 5;
    const upper = streamWords(seed, streamIds.shuffle, 0, 0, count).map((word) => word >>> 16);
    expect(new Set(upper).size).toBeLessThan(count);
    expect(kernelOrder(seed, 0, count).subarray(0, count)).toEqual(
      permutationOrder(seed, streamIds.shuffle, 0, count),
    );
  });

  it('is followed by points that exist', () => {
    const order = kernelOrder(1, 1, 21);
    expect(Math.max(...order)).toBeLessThan(21);
  });

  it('is another one in every epoch and for every seed, and the same one again', () => {
    const first = kernelOrder(1, 0, 100);
    expect(kernelOrder(1, 1, 100)).not.toEqual(first);
    expect(kernelOrder(2, 0, 100)).not.toEqual(first);
    expect(kernelOrder(1, 0, 100)).toEqual(first);
  });
});
