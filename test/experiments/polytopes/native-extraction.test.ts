/** Exact complexes with native dense products. */
import { describe, expect, it } from 'vitest';
import { unitView, type View } from '../../../experiments/engines/engine.ts';
import type { Complex } from '../../../experiments/polytopes/complex.ts';
import { extractComplex } from '../../../experiments/polytopes/extract-complex.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import {
  hasNativeKernels,
  instructionSets,
  layerEvaluation,
  nativeRemark,
} from '../engines/native-engines.ts';
import { randomNetwork } from '../engines/random-networks.ts';
import { kernel } from './geometry-kernel.ts';

function complexWith(set: string, network: Network, view: View): Complex {
  const evaluateLayer = layerEvaluation(set);
  expect(evaluateLayer, set).toBeDefined();
  return extractComplex(network, view, { kernel, evaluateLayer });
}

describe.skipIf(!hasNativeKernels)(`native dense products${nativeRemark}`, () => {
  // Words of 64 signs, groups of neurons and of vertices that are not full; slope 0; several outputs.
  it.each([
    { hidden: [1], outputs: 1, slope: 0.01 },
    { hidden: [7, 3], outputs: 2, slope: 0 },
    { hidden: [30, 30, 30], outputs: 1, slope: 0.01 },
    { hidden: [65, 13, 2], outputs: 3, slope: 0.2 },
    { hidden: [129], outputs: 1, slope: 0.01 },
  ])('give the complex of the kernel itself: $hidden', ({ hidden, outputs, slope }) => {
    const network = randomNetwork({ hidden, outputs }, 31, slope);
    for (const view of [unitView, { x0: -1.5, y0: 0.2, x1: 0.4, y1: 2 }]) {
      const expected = extractComplex(network, view, { kernel });
      for (const set of instructionSets()) expect(complexWith(set, network, view), set).toEqual(expected);
    }
  });

  it('refuse addresses that lead out of the memory', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const evaluateLayer = layerEvaluation(instructionSets()[0]);
    for (const [layout, record, slots] of [
      [65536, 0, 1],
      [0, 65528, 1],
      [0, 512, 1],
      [3, 512, 0],
    ]) {
      expect(() => evaluateLayer?.(memory, layout, record, slots, true), `${layout} ${record}`).toThrow(
        RangeError,
      );
    }
  });
});
