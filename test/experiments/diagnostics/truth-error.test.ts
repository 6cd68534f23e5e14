import { describe, expect, it } from 'vitest';
import {
  createTruthScorer,
  meanSquaredError,
  truthScore,
} from '../../../experiments/diagnostics/truth-error.ts';

const frame = (channels: 1 | 3, ...values: number[]) => ({
  width: values.length / channels,
  height: 1,
  channels,
  values: Float32Array.from(values),
});

describe('truth error', () => {
  it('is the mean squared error over pixels and outputs', () => {
    expect(truthScore(Float32Array.of(0.5, 1, 0, 2), frame(1, 1, 1, 0, 0)).mse).toBe((0.25 + 4) / 4);
    expect(truthScore(Float32Array.of(1, 1, 0), frame(3, 0, 1, 0)).mse).toBe(1 / 3);
    expect(meanSquaredError(Float32Array.of(0.5, 2), Float32Array.of(0, 0))).toBe(2.125);
  });

  it('overlaps the black class, values below one half, of a grey frame', () => {
    // predicted black: 0, 1, 2; truly black: 1, 2, 3
    const values = Float32Array.of(0.49, -3, 0, 0.5, 1, 7);
    expect(truthScore(values, frame(1, 1, 0, 0.2, 0.4, 1, 0.5)).iou).toBe(2 / 4);
  });

  it('has an overlap of 0 without a predicted black pixel and none without any black pixel', () => {
    expect(truthScore(Float32Array.of(1, 1), frame(1, 0, 1)).iou).toBe(0);
    expect(truthScore(Float32Array.of(0, 1), frame(1, 1, 1)).iou).toBe(0);
    expect(truthScore(Float32Array.of(1, 1), frame(1, 1, 1)).iou).toBeNull();
  });

  it('averages the overlap over the colours that the truth of an RGB frame holds', () => {
    const red = [1, 0, 0];
    const blue = [0, 0, 1];
    const green = [0, 1, 0];
    // red: 1 of 2 common; blue: 1 common of 2 in values and 1 in truth; green in the values only does not count
    const truth = frame(3, ...red, ...red, ...blue, ...red);
    const values = Float32Array.from([...red, ...blue, ...blue, ...green]);
    expect(truthScore(values, truth).iou).toBe((1 / 3 + 1 / 2) / 2);
  });

  it('gives the same bits whatever the bands', () => {
    const values = Float32Array.from({ length: 300 }, (_, at) => Math.sin(at));
    const truth = Float32Array.from({ length: 300 }, (_, at) => (at % 7) / 7);
    const whole = createTruthScorer(3);
    whole.add(values, truth);
    const banded = createTruthScorer(3);
    banded.add(values.subarray(0, 60), truth.subarray(0, 60));
    banded.add(values.subarray(60), truth.subarray(60));
    expect(banded.score()).toEqual(whole.score());
  });

  it('takes the truth as levels of a picture too', () => {
    const levels = Uint8Array.from({ length: 300 }, (_, at) => (at * 89) & 255);
    const truth = Float32Array.from(levels, (level) => level / 255);
    const values = Float32Array.from({ length: 300 }, (_, at) => (at === 17 ? NaN : Math.sin(at)));
    values[5] = 0.5;
    for (const outputs of [1, 3]) {
      for (const each of [values, values.subarray(30)]) {
        const [asShares, asLevels] = [createTruthScorer(outputs), createTruthScorer(outputs)];
        asShares.add(each, truth.subarray(300 - each.length));
        asLevels.addLevels(each, levels.subarray(300 - each.length));
        expect(asLevels.score()).toEqual(asShares.score());
      }
      expect(() => createTruthScorer(outputs).addLevels(values, levels.subarray(3))).toThrow(RangeError);
    }
  });

  it('refuses arrays of different lengths', () => {
    expect(() => truthScore(new Float32Array(2), frame(1, 0, 0, 0))).toThrow(RangeError);
    expect(() => meanSquaredError(new Float32Array(2), new Float32Array(3))).toThrow(RangeError);
  });
});
