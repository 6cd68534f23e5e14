import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { baselineScores } from '../../../experiments/diagnostics/baselines.ts';
import { baselineScoresAt } from '../../../experiments/diagnostics/point-baselines.ts';
import { builtInPicture } from '../../../experiments/targets/built-in.ts';
import { pictureDigest } from '../../../experiments/targets/digest.ts';
import { targetFromPoints } from '../../../experiments/targets/own-points.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { lacksTruth, pngFromPicture } from '../../../experiments/targets/png.ts';
import { pointsTable } from '../../../experiments/targets/points-table.ts';
import { samplePoints } from '../../../experiments/targets/sampling.ts';
import { TargetError } from '../../../experiments/targets/target-error.ts';

const tableOf = (text: string) => pointsTable(new TextEncoder().encode(text));
const targetOf = async (text: string, truth: Picture | null = null) =>
  targetFromPoints(await tableOf(text), truth);
const ownOf = async (text: string, truth: Picture | null = null) => (await targetOf(text, truth)).own!;

describe('points from CSV', () => {
  it('takes values within 0 and 1 as they are, whatever the order of the columns', async () => {
    const own = await ownOf('value,note,y,x\n0.25,"a, b",0.5,0.125\n1,,0,1\n');
    expect([...own.coordinates]).toEqual([0.125, 0.5, 1, 0]);
    expect([...own.labels]).toEqual([0.25, 1]);
    expect(own.remarks.join('\n')).not.toContain('scaled');
    expect(own.remarks[0]).toBe('2 points from the columns x, y and value; x runs to the right, y down');
  });

  it('scales what lies outside, each column by itself, and says how', async () => {
    const own = await ownOf('x;y;z\n-1;0;10\n3;0.5;20\n1;1;15\n');
    expect([...own.coordinates]).toEqual([0, 0, 1, 0.5, 0.5, 1]);
    expect([...own.labels]).toEqual([0, 1, 0.5]);
    expect(own.remarks).toContain('x was scaled from -1 to 3 to 0 to 1');
    expect(own.remarks).toContain('z was scaled from 10 to 20 to 0 to 1');
    expect(own.remarks.some((text) => text.startsWith('y was'))).toBe(false);
  });

  it('makes two classes black and white, and up to eight of them colours', async () => {
    const two = await ownOf('# from a friend\nx,y,class\n0,0,dog\n\n1,1,cat\n');
    expect([...two.labels]).toEqual([1, 0]);
    expect(two.remarks).toContain('class cat is black (0), class dog is white (1)');
    const { own, channels } = await targetOf('x\ty\tclass\n0\t0\t10\n1\t1\t9\n0\t1\t11\n');
    expect(channels).toBe(3);
    expect([...own!.labels]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 1]);
    expect(own!.remarks).toContain('classes are colours: 9 is red, 10 is green, 11 is blue');
    const nine = Array.from({ length: 9 }, (_, at) => `0,0,${at}`).join('\n');
    await expect(targetOf(`x,y,class\n${nine}`)).rejects.toThrow('there are 9 classes, at most 8');
    await expect(targetOf('x,y,class\n0,0,a\n1,1,a\n')).rejects.toThrow('all points are of the class a');
  });

  it('names the lines of bad rows, and how many more there are', async () => {
    const text = ['x,y,value', '0,0,1', 'a,0,1', '0,0', '0,1,0', '0,inf,1', '0,0,x', '0,,1', '0,0,y'].join(
      '\n',
    );
    await expect(targetOf(text)).rejects.toThrow(
      new TargetError(
        "line 3: x is 'a', not a number; line 4: value is missing; line 6: y is 'inf', not a number; " +
          "line 7: value is 'x', not a number; line 8: y is missing; and 1 more",
      ),
    );
    await expect(targetOf('a,b,c,d\n1,2,3,4\n')).rejects.toThrow(
      'needs the columns x, y and value (or class)',
    );
    await expect(targetOf('x,y,value\n0,0,1\n')).rejects.toThrow('there is one point');
    await expect(targetOf('x,y,value\n5,0,1\n5,1,0\n')).rejects.toThrow('x is 5 in every row');
    await expect(targetOf('x,y,value\n"0,0,1\n')).rejects.toThrow('a quote is opened');
  });

  it('takes pixels of a true picture for what they are, and refuses what lies outside of it', async () => {
    const truth = builtInPicture('ring');
    const own = await ownOf('x,y,value\n512,256,1\n1024,0,0\n', truth);
    expect([...own.coordinates]).toEqual([0.5, 0.25, 1, 0]);
    expect(own.hasTruth).toBe(true);
    await expect(targetOf('x,y,value\n-3,0,1\n0,0,0\n', truth)).rejects.toThrow(
      'outside of the true picture',
    );
    await expect(targetOf('x,y,class\n0,0,a\n1,1,b\n0,1,c\n', truth)).rejects.toThrow('truth: is grey');
  });
});

describe('points from Parquet', () => {
  it('are those of the same CSV, numbers of any width', async () => {
    const x = [0.25, 0.5, 0.75];
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'x', data: x, type: 'DOUBLE' },
        { name: 'y', data: [0, 1, 0], type: 'INT32' },
        { name: 'class', data: ['a', 'b', 'a'], type: 'STRING' },
      ],
    });
    const target = targetFromPoints(await pointsTable(new Uint8Array(file)), null);
    const same = await targetOf('x,y,class\n0.25,0,a\n0.5,1,b\n0.75,0,a\n');
    expect(pictureDigest(target)).toBe(pictureDigest(same));
    const cut = new Uint8Array(file).slice(0, -20);
    await expect(pointsTable(cut)).rejects.toThrow('the Parquet file cannot be read');
  });
});

describe('own points in a PNG file', () => {
  const text = 'x,y,value\n0.1,0.2,1\n0.3,0.4,0\n0.5,0.6,0.5\n';

  it('come back as they were, and say whether the picture is the truth', async () => {
    for (const truth of [null, builtInPicture('disc')]) {
      const target = await targetOf(text, truth);
      const png = pngFromPicture(target);
      const { own, ...picture } = pictureFromFile(png);
      const { own: before, ...drawn } = target;
      expect(own).toEqual(before);
      expect(pictureDigest(picture)).toBe(pictureDigest(drawn));
      expect(lacksTruth(png)).toBe(truth === null);
    }
    expect(lacksTruth(pngFromPicture(builtInPicture('disc')))).toBe(false);
  });

  it('are refused where a byte of them was changed', async () => {
    const png = pngFromPicture(await targetOf(text));
    const at = png.length - 12 - 4 - 20;
    png[at]! ^= 1;
    expect(() => pictureFromFile(png)).toThrow('the checksum of its crPT chunk is wrong');
  });

  it('have an identity of their bytes: points, values, truth', async () => {
    const digests = await Promise.all([
      targetOf(text),
      targetOf(text.replace('0.5,0.6', '0.5,0.61')),
      targetOf(text.replace('0.6,0.5', '0.6,0.51')),
      targetOf(text, builtInPicture('disc')),
      targetOf(text, builtInPicture('ring')),
    ]);
    expect(new Set(digests.map(pictureDigest)).size).toBe(5);
    expect(pictureDigest(await targetOf(text.replaceAll(',', ';')))).toBe(pictureDigest(digests[0]!));
  });
});

describe('samples of own points', () => {
  it('are rows of the file: nested training sets, validation from the other end, each once', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `${at / 40},${1 - at / 40},${at / 39}`).join('\n');
    const target = await targetOf(`x,y,value\n${rows}`);
    const settings = { points: 30, validation: 10, labelNoise: 0, randomLabels: false };
    const { training, validation } = samplePoints(target, settings, 3);
    const fewer = samplePoints(target, { ...settings, points: 5 }, 3).training;
    expect([...training.coordinates.subarray(0, 10)]).toEqual([...fewer.coordinates]);
    const xs = [...training.coordinates, ...validation.coordinates].filter((_, at) => at % 2 === 0);
    expect(xs.map((x) => Math.round(x * 40)).sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
    training.labels.forEach((label, at) =>
      expect(label).toBeCloseTo((training.coordinates[2 * at]! * 40) / 39, 5),
    );
    expect(() => samplePoints(target, { ...settings, points: 31 }, 3)).toThrow('there are 40');
  });
});

describe('baselines on validation points', () => {
  it('are those on pixels where the validation points are all pixels', () => {
    const truth = { width: 40, height: 30, channels: 1 as const };
    const values = Float32Array.from({ length: 1200 }, (_, at) => Number((at * 7919) % 13 < 6));
    const centre = (index: number, count: number) => Math.fround((index + 0.5) / count);
    const coordinates = Float32Array.from({ length: 2400 }, (_, at) => {
      const pixel = at >> 1;
      return at % 2 === 0 ? centre(pixel % 40, 40) : centre(Math.floor(pixel / 40), 30);
    });
    const data = {
      coordinates: Float32Array.from({ length: 60 }, (_, at) => ((at * 37) % 101) / 101),
      labels: Float32Array.from({ length: 30 }, (_, at) => at % 2),
    };
    const onPixels = baselineScores(data, { ...truth, values });
    const onPoints = baselineScoresAt(data, { coordinates, labels: values });
    for (const name of ['constant', 'nearest', 'smoothing'] as const) {
      expect(onPoints[name].mse).toBeCloseTo(onPixels[name].mse, 6);
      expect(onPoints[name].iou).toBeNull();
    }
    expect(onPoints.bandwidth).toBe(onPixels.bandwidth);
  });
});
