import { describe, expect, it } from 'vitest';
import { truthScore } from '../../../experiments/diagnostics/truth-error.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import { measurePoints, measureTruth, previewSize } from '../../../experiments/sweeps/cell-measures.ts';
import { truthFrame } from '../../../experiments/targets/truth-frame.ts';
import { randomNetwork } from '../engines/random-networks.ts';
import { smallPicture } from './cell-jobs.ts';
import { createToyEngine } from './toy-engine.ts';

const engine = createToyEngine();
const network = randomNetwork({ hidden: [5, 3], outputs: 1 }, 3);

describe('measures', () => {
  it.each([1, 2.5])('the truth in bands as over the whole frame, stride %f', async (stride) => {
    const picture = smallPicture(700, 650);
    const width = Math.round(700 / stride);
    const height = Math.round(650 / stride);
    const frame = await engine.renderFrame({ network, view: unitView, width, height, planes: {} });
    const expected = truthScore(frame.values, truthFrame(picture, unitView, width, height));
    expect(await measureTruth(engine, network, picture, stride)).toEqual({ stride, ...expected });
  });

  it('no validation error without validation points', async () => {
    const training = { coordinates: Float32Array.of(0.1, 0.1), labels: Float32Array.of(1) };
    const none = { coordinates: new Float32Array(0), labels: new Float32Array(0) };
    const pixels = new Uint32Array(0);
    const points = { training, validation: none, trainingPixels: pixels, validationPixels: pixels };
    const value = (await engine.evaluate(network, training.coordinates))[0];
    expect(await measurePoints(engine, network, points)).toEqual({
      trainMse: (value - 1) ** 2,
      validationMse: null,
    });
  });
});

it('previews have at least one pixel each way', () => {
  expect(previewSize(smallPicture(1000, 1), 64)).toEqual({ width: 64, height: 1 });
  expect(previewSize(smallPicture(3, 4), 64)).toEqual({ width: 48, height: 64 });
});
