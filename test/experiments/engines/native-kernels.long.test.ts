import { describe, expect, it } from 'vitest';
import { campaignCase, campaignDigest } from './native-campaign.ts';
import { hasNativeKernels, instructionSets, nativeEngine, nativeRemark } from './native-engines.ts';
import { wasmEngine } from './test-engines.ts';

const threadCounts = [1, 2, 3, 4, 5, 6, 7, 8];

describe.skipIf(!hasNativeKernels)(`native kernels${nativeRemark}`, () => {
  it('give the bits of WebAssembly on 480 random networks up to 512 neurons wide', async () => {
    const wasm = await wasmEngine('strict');
    const sets = instructionSets();
    expect(sets.length).toBeGreaterThan(0);
    const engines = await Promise.all(
      sets.map((set) => Promise.all(threadCounts.map((threads) => nativeEngine(set, 'strict', threads)))),
    );
    for (let seed = 1000; seed < 1480; seed++) {
      const each = campaignCase(seed, 512);
      const expected = await campaignDigest(wasm, each);
      for (const [index, set] of sets.entries()) {
        const threads = seed % threadCounts.length;
        const what = `${set} with ${threadCounts[threads]} threads on ${each.name}`;
        expect(await campaignDigest(engines[index][threads], each), what).toEqual(expected);
      }
    }
  });
});
