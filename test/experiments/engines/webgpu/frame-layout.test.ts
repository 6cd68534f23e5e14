import { expect, it } from 'vitest';
import { tileLayout } from '../../../../experiments/engines/webgpu/frame-layout.ts';

const large = {
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupStorageSize: 49_152,
};

it.each([1, 10, 30, 50, 64, 100, 128, 200, 256])(
  'frame tiles of layers of %i leave at most one of the sixteen warps of a multiprocessor idle',
  (width) => {
    const { threads, columnBlocks, neuronBlocks, tileSize } = tileLayout(
      { hidden: [width], outputs: 1 },
      large,
    );
    const warps = Math.ceil(threads / 32);
    expect(Math.floor(16 / warps) * warps).toBeGreaterThanOrEqual(15);
    expect(threads / (32 * warps)).toBeGreaterThan(0.9);
    expect(threads).toBe(columnBlocks * neuronBlocks);
    expect(16 * tileSize).toBeLessThanOrEqual(large.maxComputeWorkgroupStorageSize);
  },
);
