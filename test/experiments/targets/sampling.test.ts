import { describe, expect, it } from 'vitest';
import { uniformVariates } from '../../../experiments/random/normal.ts';
import { permutationOrder } from '../../../experiments/random/permutation.ts';
import { streamIds } from '../../../experiments/random/philox.ts';
import { type DataSettings, samplePoints } from '../../../experiments/targets/sampling.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { TargetError } from '../../../experiments/targets/target-error.ts';

/** 40 x 25 pixels, all values from 0 to 255. */
const picture: Picture = {
  width: 40,
  height: 25,
  channels: 1,
  bytes: Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) % 256),
};
const plain: DataSettings = { points: 100, validation: 50, labelNoise: 0, randomLabels: false };

describe('samplePoints', () => {
  it('takes training points from the start and validation points from the end of the data stream', () => {
    const order = permutationOrder(3, streamIds.data, 0, 1000);
    const { trainingPixels, validationPixels } = samplePoints(picture, plain, 3);
    expect(trainingPixels).toEqual(order.slice(0, 100));
    expect(validationPixels).toEqual(order.slice(950));
  });

  it('gives pixel centres and grey levels', () => {
    const { training, validation, trainingPixels, validationPixels } = samplePoints(picture, plain, 1);
    const check = (pixels: Uint32Array, coordinates: Float32Array, labels: Float32Array) => {
      expect(coordinates.length).toBe(2 * pixels.length);
      expect(labels.length).toBe(pixels.length);
      pixels.forEach((pixel, index) => {
        expect(coordinates[2 * index]).toBe(Math.fround(((pixel % 40) + 0.5) / 40));
        expect(coordinates[2 * index + 1]).toBe(Math.fround((Math.floor(pixel / 40) + 0.5) / 25));
        expect(labels[index]).toBe(Math.fround(picture.bytes[pixel] / 255));
      });
    };
    check(trainingPixels, training.coordinates, training.labels);
    check(validationPixels, validation.coordinates, validation.labels);
  });

  it('never takes a pixel twice, not even where every pixel is taken', () => {
    const { trainingPixels, validationPixels } = samplePoints(picture, { ...plain, points: 950 }, 1);
    expect(new Set([...trainingPixels, ...validationPixels]).size).toBe(1000);
  });

  it('nests smaller training sets in larger ones and keeps the validation points', () => {
    const settings = { ...plain, labelNoise: 0.3 };
    const large = samplePoints(picture, { ...settings, points: 900 }, 5);
    const small = samplePoints(picture, { ...settings, points: 33 }, 5);
    expect(small.trainingPixels).toEqual(large.trainingPixels.slice(0, 33));
    expect(small.training.labels).toEqual(large.training.labels.slice(0, 33));
    expect(small.validation).toEqual(large.validation);
    expect(samplePoints(picture, { ...settings, points: 33 }, 6).trainingPixels).not.toEqual(
      small.trainingPixels,
    );
  });

  it('flips the stated share of training labels and no validation label', () => {
    const clean = samplePoints(picture, { ...plain, points: 900 }, 2);
    const noisy = samplePoints(picture, { ...plain, points: 900, labelNoise: 0.25 }, 2);
    expect(noisy.validation).toEqual(clean.validation);
    const flipped = noisy.training.labels.reduce((count, label, index) => {
      const original = clean.training.labels[index];
      expect([original, Math.fround(1 - original)]).toContain(label);
      return count + Number(label !== original);
    }, 0);
    // five standard deviations about 225
    expect(Math.abs(flipped - 225)).toBeLessThan(65);
    const all = samplePoints(picture, { ...plain, labelNoise: 1 }, 2).training.labels;
    expect(all.every((label, index) => label === Math.fround(1 - clean.training.labels[index]))).toBe(true);
  });

  it('decides about a pixel by the uniform of the label-noise stream at its number', () => {
    const { training, trainingPixels } = samplePoints(picture, { ...plain, labelNoise: 0.5 }, 2);
    trainingPixels.forEach((pixel, index) => {
      const [uniform] = uniformVariates(2, streamIds['label-noise'], 0, pixel, 1);
      const label = Math.fround(picture.bytes[pixel] / 255);
      expect(training.labels[index]).toBe(uniform < 0.5 ? Math.fround(1 - label) : label);
    });
  });

  it('flips more labels at more noise, and the same ones', () => {
    const flipped = (labelNoise: number) => {
      const clean = samplePoints(picture, plain, 2).training.labels;
      const { labels } = samplePoints(picture, { ...plain, labelNoise }, 2).training;
      return labels.reduce<number[]>(
        (all, label, index) => (label === clean[index] ? all : [...all, index]),
        [],
      );
    };
    const many = flipped(0.4);
    expect(many).toEqual(expect.arrayContaining(flipped(0.1)));
    expect(many.length).toBeGreaterThan(flipped(0.1).length);
  });

  it('replaces labels by those of random pixels, tied to the pixel and not to the number of points', () => {
    const random = samplePoints(picture, { ...plain, points: 900, randomLabels: true }, 2);
    const clean = samplePoints(picture, { ...plain, points: 900 }, 2);
    const kept = random.training.labels.filter(
      (label, index) => label === clean.training.labels[index],
    ).length;
    expect(kept).toBeLessThan(20);
    expect(new Set(random.training.labels).size).toBeGreaterThan(200);
    const fewer = samplePoints(picture, { ...plain, randomLabels: true }, 2);
    expect(fewer.training.labels).toEqual(random.training.labels.slice(0, 100));
    expect(random.validation).toEqual(clean.validation);
  });

  it('keeps the three channels of a pixel together, flipped or not', () => {
    const bytes = Uint8Array.from({ length: 3000 }, (_, index) => [10, 100, 200][index % 3]);
    const colour: Picture = { ...picture, channels: 3, bytes };
    const { training } = samplePoints(colour, { ...plain, labelNoise: 0.5 }, 1);
    const level = (byte: number) => Math.fround(byte / 255);
    const original = [level(10), level(100), level(200)];
    const flipped = original.map((label) => Math.fround(1 - label));
    const seen = Array.from({ length: 100 }, (_, index) =>
      [...training.labels.subarray(3 * index, 3 * index + 3)].join(),
    );
    expect(new Set(seen)).toEqual(new Set([original.join(), flipped.join()]));
  });

  it('says how many points and pixels there are where there are too few pixels', () => {
    expect(() => samplePoints(picture, { ...plain, points: 951 }, 1)).toThrow(
      new TargetError(
        '951 training points and 50 validation points are asked for, the picture has 1000 pixels (40 x 25)',
      ),
    );
    expect(samplePoints(picture, { ...plain, points: 1000, validation: 0 }, 1).validation.labels.length).toBe(
      0,
    );
  });

  it('has kept its first points', () => {
    expect([...samplePoints(picture, plain, 1).trainingPixels.subarray(0, 6)]).toMatchInlineSnapshot(`
      [
        773,
        552,
        821,
        53,
        374,
        536,
      ]
    `);
  });
});
