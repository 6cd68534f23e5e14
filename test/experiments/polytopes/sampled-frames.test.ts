import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { hashAgreement } from '../../../experiments/polytopes/region-frame.ts';
import { initialNetwork, squareView } from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { wasmEngine } from '../engines/test-engines.ts';
import { extract, windowView } from './geometry-kernel.ts';

const size = 256;
/** Of float32 coordinates between 0.5 and 1. */
const float32Spacing = 2 ** -24;

describe('sampled frames and exact regions agree', () => {
  it.each([
    ['epoch 0', ringNetwork(0), unitView, 1e-4],
    ['epoch 300', ringNetwork(300), unitView, 1e-4],
    ['epoch 6000', ringNetwork(6000), unitView, 1e-4],
    // 25 times closer, a pixel is 25 times smaller, and float32 coordinates resolve no more than before.
    ['a window of epoch 6000', ringNetwork(6000), windowView, 5e-4],
    ['[24]*4 ReLU', initialNetwork([24, 24, 24, 24], 'hanin-rolnick', 2, 0), squareView, 1e-4],
  ] as const)('for %s, but for pixels beside creases', async (_name, network, view, share) => {
    const complex = extract(network, view);
    const engine = await wasmEngine('strict');
    const frame = await engine.renderFrame({
      network,
      view,
      width: size,
      height: size,
      planes: { hashes: true },
    });
    const agreement = hashAgreement(complex, frame.hashes!, size, size);
    expect(agreement.mismatches).toBeLessThanOrEqual(share * agreement.pixels);
    expect(agreement.unexplained).toBe(0);
    if (view === windowView) expect(agreement.farthest).toBeLessThan(2 * float32Spacing);
    expect(agreement.sampledHashes).toBeLessThanOrEqual(complex.regionCount);
    expect(agreement.foreignHashes).toBeLessThanOrEqual(agreement.mismatches);
  });
});
