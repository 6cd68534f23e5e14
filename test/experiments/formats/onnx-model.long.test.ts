import { expect, test } from 'vitest';
import { deepNetwork, ringNetwork } from '../../fixtures/ring-network.ts';
import { agreementWithOnnxruntime } from './onnx-agreement.ts';

test.each([
  ['30 layers of 30, 6000 epochs', () => ringNetwork(6000)],
  ['20 layers of 100, 100 epochs', deepNetwork],
] as const)('onnxruntime and the lab agree on 512 x 512 pixels: %s', async (_, network) => {
  const { equalHashes, largestDifference } = await agreementWithOnnxruntime(network(), 512, 'float64');
  expect(equalHashes).toBeGreaterThanOrEqual(0.9999 * 512 * 512);
  expect(largestDifference).toBeLessThan(1e-5);
});
