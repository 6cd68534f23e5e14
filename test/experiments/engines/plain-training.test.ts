import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlainTraining } from '../../../experiments/engines/reference/plain-training.ts';
import { createReferenceEngine } from '../../../experiments/engines/reference/reference-engine.ts';
import { initialParameters } from '../../../experiments/network/initialization.ts';

const wasm = createRequire(import.meta.url).resolve(
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
);
const hooks = { wasmFolder: join(dirname(wasm), '/') };

describe('plain TensorFlow.js', () => {
  it('begins at the loss of the reference engine and brings it down', async () => {
    const shape = { hidden: [7, 5], outputs: 1 };
    const parameters = initialParameters(shape, 'he-normal', 3);
    const data = {
      coordinates: Float32Array.from({ length: 40 }, (_, at) => ((at * 7) % 20) / 20),
      labels: Float32Array.from({ length: 20 }, (_, at) => at % 2),
    };
    const engine = await createReferenceEngine('wasm', hooks);
    const network = { shape, slope: 0.01, parameters, output: 'affine' } as const;
    const { loss } = await engine.lossGradient(network, data, 'mse');
    const plain = await createPlainTraining('wasm', hooks, {
      shape,
      parameters,
      slope: 0.01,
      data,
    });
    const first = await plain.step();
    let last = first;
    for (let step = 0; step < 30; step++) last = await plain.step();
    plain.dispose();
    expect(Math.abs(first - loss)).toBeLessThan(1e-5 * loss);
    expect(last).toBeLessThan(first);
  });
});
