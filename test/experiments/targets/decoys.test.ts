import { describe, expect, it } from 'vitest';
import { withDecoys } from '../../../experiments/targets/decoys.ts';

const data = {
  coordinates: Float32Array.of(0.25, 0.5, 0.75, 0.5, 0.01, 0.99),
  labels: Float32Array.of(0, 1, 0.2),
};
const settings = { points: 400, distance: 0.2, repeat: 30, until: 5 };
const black = [
  [0.25, 0.5],
  [0.01, 0.99],
] as const;

describe('decoys', () => {
  const { coordinates, labels } = withDecoys(data, settings, 7);
  const places = Array.from(labels, (_, at) => [coordinates[2 * at]!, coordinates[2 * at + 1]!] as const);
  const apart = (place: readonly number[], from: readonly number[]): number =>
    Math.hypot(place[0]! - from[0]!, place[1]! - from[1]!);

  it('come after the points, white ones first, then black ones around each black point', () => {
    expect(labels).toHaveLength(3 + 400 + 60);
    expect(coordinates.subarray(0, 6)).toEqual(data.coordinates);
    expect([...labels.subarray(0, 3)]).toEqual([...data.labels]);
    expect(labels.subarray(3, 403).every((label) => label === 1)).toBe(true);
    expect(labels.subarray(403).every((label) => label === 0)).toBe(true);
  });

  it('keep their distance from black points, not from white ones', () => {
    const white = places.slice(3, 403);
    for (const point of black)
      expect(Math.min(...white.map((place) => apart(place, point)))).toBeGreaterThanOrEqual(0.2 - 1e-6);
    expect(Math.min(...white.map((place) => apart(place, [0.75, 0.5])))).toBeLessThan(0.1);
  });

  it('lie within four tenths of that distance around the black point, inside of the square', () => {
    const near = [places.slice(403, 433), places.slice(433)];
    near.forEach((group, at) => {
      const distances = group.map((place) => apart(place, black[at]!));
      expect(Math.max(...distances)).toBeLessThanOrEqual(0.08 + 1e-6);
      expect(Math.max(...distances)).toBeGreaterThan(0.04);
    });
    expect(places.flat().every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('are the same for a seed, and a smaller number of them is the beginning of a larger one', () => {
    expect(withDecoys(data, settings, 7).coordinates).toEqual(coordinates);
    expect(withDecoys(data, settings, 8).coordinates).not.toEqual(coordinates);
    const fewer = withDecoys(data, { ...settings, points: 150 }, 7).coordinates;
    expect(fewer.subarray(0, 2 * 153)).toEqual(coordinates.subarray(0, 2 * 153));
  });

  it('say where they find no room, and that colours have none', () => {
    expect(() => withDecoys(data, { ...settings, distance: 1 }, 7)).toThrow(/of 400 find a place 1 from/);
    const colours = { ...data, labels: new Float32Array(9) };
    expect(() => withDecoys(colours, settings, 7)).toThrow('decoys are for black and white pictures');
  });
});
