import { describe, expect, it } from 'vitest';
import { campaignCase, campaignDigest } from './native-campaign.ts';
import { hasNativeKernels, instructionSets, nativeEngine, nativeRemark } from './native-engines.ts';
import { wasmEngine } from './test-engines.ts';

describe.skipIf(!hasNativeKernels)(`native kernels${nativeRemark}`, () => {
  it('give the bits of WebAssembly on 480 random networks up to 512 neurons wide', async () => {
    const wasm = await wasmEngine('strict');
    const sets = instructionSets();
    expect(sets.length).toBeGreaterThan(0);
    const engines = await Promise.all(sets.map((set) => nativeEngine(set, 'strict')));
    for (let seed = 1000; seed < 1480; seed++) {
      const each = campaignCase(seed, 512);
      const expected = await campaignDigest(wasm, each);
      for (const [index, engine] of engines.entries()) {
        expect(await campaignDigest(engine, each), `${sets[index]} on ${each.name}`).toEqual(expected);
      }
    }
  });
});
