import { describe, expect, it } from 'vitest';
import { unitView, type View } from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { hashAgreement } from '../../../experiments/polytopes/region-frame.ts';
import { initialNetwork, squareView } from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { wasmEngine } from '../engines/test-engines.ts';
import { extract, windowView } from './geometry-kernel.ts';

const size = 256;

/** Exact regions and the sampled frame of a view. */
async function agreementOf(network: Network, view: View) {
  const complex = extract(network, view);
  const engine = await wasmEngine('strict');
  const planes = { hashes: true };
  const frame = await engine.renderFrame({
    network,
    view,
    width: size,
    height: size,
    planes,
    precision: 'anchored',
  });
  const { regionCount } = complex;
  return { ...hashAgreement(complex, frame.hashes!, size, size), regionCount };
}

/** The square with this side around a point. */
function around(point: ArrayLike<number>, side: number): View {
  const [x, y] = [point[0], point[1]];
  return { x0: x - side / 2, y0: y - side / 2, x1: x + side / 2, y1: y + side / 2 };
}

describe('sampled frames and exact regions agree', () => {
  it.each([
    ['epoch 0', ringNetwork(0), unitView, 1e-4],
    ['epoch 300', ringNetwork(300), unitView, 1e-4],
    ['epoch 6000', ringNetwork(6000), unitView, 1e-4],
    ['a window of epoch 6000', ringNetwork(6000), windowView, 1e-4],
    ['[24]*4 ReLU', initialNetwork([24, 24, 24, 24], 'hanin-rolnick', 2, 0), squareView, 1e-4],
  ] as const)('for %s, but for pixels beside creases', async (_name, network, view, share) => {
    const agreement = await agreementOf(network, view);
    expect(agreement.mismatches).toBeLessThanOrEqual(share * agreement.pixels);
    expect(agreement.unexplained).toBe(0);
    expect(agreement.sampledHashes).toBeLessThanOrEqual(agreement.regionCount);
    expect(agreement.foreignHashes).toBeLessThanOrEqual(agreement.mismatches);
  });

  it.each([1e-3, 1e-6, 1e-9])('around a vertex of epoch 6000, %d wide', async (side) => {
    const network = ringNetwork(6000);
    const { positions } = extract(network, around([0.72, 0.5], 0.004));
    const distance = (vertex: number): number =>
      Math.hypot(positions[2 * vertex] - 0.72, positions[2 * vertex + 1] - 0.5);
    const vertices = Array.from({ length: positions.length / 2 }, (_, vertex) => vertex);
    const nearest = vertices.reduce((best, vertex) => (distance(vertex) < distance(best) ? vertex : best));
    const view = around(positions.slice(2 * nearest, 2 * nearest + 2), side);
    const agreement = await agreementOf(network, view);
    expect(agreement.regionCount).toBeGreaterThanOrEqual(4);
    expect(agreement.sampledHashes).toBeGreaterThanOrEqual(3);
    expect(agreement.mismatches).toBeLessThanOrEqual(1e-4 * agreement.pixels);
    expect(agreement.unexplained).toBe(0);
  });
});
