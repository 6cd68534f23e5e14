/** Measures of functions on drawn pictures whose values follow by hand, and beside programs that share no code with them. */
import { describe, expect, it } from 'vitest';
import { classScores } from '../../../experiments/diagnostics/class-scores.ts';
import { noiseFigures } from '../../../experiments/diagnostics/noise.ts';
import { pointMap } from '../../../experiments/diagnostics/point-map.ts';
import { reach } from '../../../experiments/diagnostics/reach.ts';
import { variation } from '../../../experiments/diagnostics/variation.ts';
import { reachBounds } from '../../../experiments/records/derived-measures.ts';

type Draw = (x: number, y: number) => number;

function drawn(draw: Draw, width: number, height = width): Float32Array {
  return Float32Array.from({ length: width * height }, (_, at) =>
    draw(((at % width) + 0.5) / width, (Math.floor(at / width) + 0.5) / height),
  );
}

const ring: Draw = (x, y) => {
  const radius = Math.hypot(x - 0.5, y - 0.5);
  return radius > 0.22 && radius < 0.3 ? 0 : 1;
};

/** Points of a stratified grid with labels. */
function pointsOf(count: number, label: Draw) {
  const side = Math.sqrt(count);
  let state = 7;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  const coordinates = Float32Array.from({ length: 2 * count }, (_, at) => {
    const point = at >> 1;
    const cell = at % 2 === 0 ? point % side : Math.floor(point / side);
    return (cell + 0.1 + 0.8 * next()) / side;
  });
  const labels = Float32Array.from({ length: count }, (_, point) =>
    label(coordinates[2 * point]!, coordinates[2 * point + 1]!),
  );
  return { coordinates, labels };
}

/** Number of the nearest point and distances, by looking at all of them. */
function nearestOf(
  { coordinates }: { coordinates: Float32Array },
  x: number,
  y: number,
  of: (point: number) => boolean,
) {
  let best = { point: -1, distance: Infinity };
  for (let point = 0; 2 * point < coordinates.length; point++) {
    const distance = Math.hypot(coordinates[2 * point]! - x, coordinates[2 * point + 1]! - y);
    if (of(point) && distance < best.distance) best = { point, distance };
  }
  return best;
}

const size = 96;
const truth = { width: size, height: size, channels: 1 as const, values: drawn(ring, size) };

describe('variation', () => {
  it('of a plane is the length of its gradient, whatever the frame', () => {
    for (const [width, height] of [
      [64, 64],
      [33, 57],
    ] as const) {
      const { total, dirichlet } = variation(
        drawn((x, y) => 3 * x - 4 * y, width, height),
        width,
        height,
      );
      expect(total).toBeCloseTo(5, 4);
      expect(dirichlet).toBeCloseTo(25, 3);
    }
  });

  it('of a disc with a sharp edge is about its circumference by directions of the grid', () => {
    const n = 256;
    const disc = drawn((x, y) => (Math.hypot(x - 0.5, y - 0.5) < 0.25 ? 0 : 1), n);
    let length = 0;
    for (let row = 0; row + 1 < n; row++)
      for (let column = 0; column + 1 < n; column++) {
        const at = row * n + column;
        length += Math.hypot(disc[at + 1]! - disc[at]!, disc[at + n]! - disc[at]!);
      }
    expect(variation(disc, n, n).total).toBeCloseTo((length * n) / (n - 1) ** 2, 9);
  });

  it('of three outputs adds them under the root', () => {
    const plane = drawn((x) => x, 16);
    const three = Float32Array.from({ length: 3 * plane.length }, (_, at) => plane[Math.floor(at / 3)]!);
    expect(variation(three, 16, 16).total).toBeCloseTo(Math.sqrt(3), 5);
  });
});

describe('class scores', () => {
  it('of the truth are 0, of its negative 1, and cannot be dominated by one corner', () => {
    expect(classScores(truth.values, truth)).toEqual({ clippedError: 0, classError: 0 });
    expect(
      classScores(
        truth.values.map((value) => 1 - value),
        truth,
      ),
    ).toEqual({
      clippedError: 1,
      classError: 1,
    });
    const corner = truth.values.slice();
    corner[0] = -1e6;
    expect(classScores(corner, truth)).toEqual({ clippedError: 1 / size ** 2, classError: 1 / size ** 2 });
  });
});

describe('the map of points', () => {
  it('is what looking at all points gives', () => {
    const points = pointsOf(64, ring);
    const map = pointMap(points, 24, 31);
    const isBlack = (point: number) => points.labels[point]! < 0.5;
    for (let at = 0; at < 24 * 31; at++) {
      const [x, y] = [((at % 24) + 0.5) / 24, (Math.floor(at / 24) + 0.5) / 31];
      expect(map.nearest[at]).toBe(nearestOf(points, x, y, () => true).point);
      expect(map.blackDistance[at]).toBeCloseTo(8 * nearestOf(points, x, y, isBlack).distance, 9);
    }
  });
});

describe('reach', () => {
  const points = pointsOf(144, ring);
  const map = pointMap(points, size, size);
  const spacing = 1 / 12;

  it('is 1 wherever there is black for a prediction that is the truth', () => {
    const shares = reach(truth.values, truth.values, map, reachBounds);
    expect(shares.filter((share) => share !== null)).toEqual(
      shares.filter((share) => share !== null).map(() => 1),
    );
    expect(shares.slice(0, 3)).toEqual([1, 1, 1]);
  });

  it('of dots a quarter of a spacing round the black points is 1 and then 0', () => {
    const isBlack = (point: number) => points.labels[point]! < 0.5;
    const dots = drawn((x, y) => (nearestOf(points, x, y, isBlack).distance < spacing / 4 ? 0 : 1), size);
    const shares = reach(dots, truth.values, map, reachBounds);
    expect(shares[0]).toBe(1);
    expect(shares.slice(1).every((share) => share === null || share === 0)).toBe(true);
  });

  it('is null where the truth has no black so far away', () => {
    expect(
      reach(
        truth.values,
        drawn(() => 1, size),
        map,
        reachBounds,
      ),
    ).toEqual(Array(6).fill(null));
  });
});

describe('figures of noise', () => {
  const clean = pointsOf(100, ring);
  const labels = clean.labels.map((label, point) => (point % 9 === 0 ? 1 - label : label));
  const points = { coordinates: clean.coordinates, labels };
  const map = pointMap(points, size, size);
  const pixels = Uint32Array.from(labels, (_, point) => {
    const [x, y] = clean.coordinates.subarray(2 * point, 2 * point + 2);
    return Math.floor(y! * size) * size + Math.floor(x! * size);
  });
  const judged = (values: Float32Array) => ({
    labels,
    truth: clean.labels,
    values: Float32Array.from(pixels, (pixel) => values[pixel]!),
    pixels,
  });

  it('of the nearest neighbour are: all fitted, its cells wrong as far as the truth is one-sided there', () => {
    const lookedUp = Float32Array.from(map.nearest, (point) => labels[point]!);
    const figures = noiseFigures(judged(lookedUp), lookedUp, truth.values, map);
    expect(figures.fitted).toBe(1);
    // By its own sums over all pixels.
    const shares = new Map<number, number[]>();
    map.nearest.forEach((point, at) => {
      const isWrong = lookedUp[at]! < 0.5 !== truth.values[at]! < 0.5;
      shares.set(point, [...(shares.get(point) ?? []), Number(isWrong)]);
    });
    const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const noisy = [...shares].filter(([point]) => point % 9 === 0).map(([, list]) => mean(list));
    const others = [...shares].filter(([point]) => point % 9 !== 0).map(([, list]) => mean(list));
    expect(figures.noiseFootprint).toBeCloseTo(mean(noisy), 12);
    expect(figures.cleanFootprint).toBeCloseTo(mean(others), 12);
    expect(figures.noiseFootprint!).toBeGreaterThan(0.8);
    expect(figures.cleanFootprint!).toBeLessThan(0.2);
  });

  it('of the truth are: nothing fitted, no footprint, no island', () => {
    expect(noiseFigures(judged(truth.values), truth.values, truth.values, map)).toEqual({
      fitted: 0,
      noiseFootprint: 0,
      cleanFootprint: 0,
      island: null,
    });
  });

  it('of an island of known size are its pixels over those nearest to its point', () => {
    const noisyPoint = Array.from(labels, (_, point) => point).find(
      (point) => point % 9 === 0 && clean.labels[point] === 1 && map.nearest[pixels[point]!] === point,
    )!;
    const alone = drawn(() => 1, size);
    const [column, row] = [pixels[noisyPoint]! % size, Math.floor(pixels[noisyPoint]! / size)];
    for (let y = row - 1; y <= row + 1; y++)
      for (let x = column - 2; x <= column + 2; x++) alone[y * size + x] = 0;
    const area = map.nearest.filter((point) => point === noisyPoint).length;
    const blank = drawn(() => 1, size);
    const figures = noiseFigures(
      {
        ...judged(alone),
        labels: labels.map((_, point) => (point === noisyPoint ? 0 : 1)),
        truth: blank.slice(0, 100),
      },
      alone,
      blank,
      map,
    );
    expect(figures.island).toBeCloseTo(15 / area, 12);
    expect(figures.fitted).toBe(1);
  });

  it('are null without wrong labels', () => {
    const right = { ...judged(truth.values), labels: clean.labels };
    expect(noiseFigures(right, truth.values, truth.values, map)).toMatchObject({
      fitted: null,
      noiseFootprint: null,
    });
  });
});
