import { describe, expect, it } from 'vitest';
import { nearestPoint, pointGrid } from '../../../experiments/diagnostics/point-grid.ts';
import { uniformVariates } from '../../../experiments/random/normal.ts';

describe('the nearest point', () => {
  it('but for one is found as a search over all others finds it, with any guess', () => {
    const coordinates = Float32Array.from(uniformVariates(8, 4, 0, 0, 400));
    const grid = pointGrid(coordinates);
    for (let point = 0; point < 200; point++) {
      const square = (other: number) =>
        (grid.x[other] - grid.x[point]) ** 2 + (grid.y[other] - grid.y[point]) ** 2;
      const others = Array.from({ length: 200 }, (_, other) => other).filter((other) => other !== point);
      const expected = others.reduce((best, other) => (square(other) < square(best) ? other : best));
      for (const guess of [-1, point, 0, 199]) {
        expect(nearestPoint(grid, grid.x[point], grid.y[point], point, guess)).toBe(expected);
      }
    }
  });

  it('is found from outside the square and for points on its edge', () => {
    const grid = pointGrid(Float32Array.of(0, 0, 1, 1, 1, 0, 0, 1, 0.5, 0.5, 0.6, 0.5));
    expect(nearestPoint(grid, 1.7, -0.3)).toBe(2);
    expect(nearestPoint(grid, -2, 0.9)).toBe(3);
    expect(nearestPoint(grid, 1, 1)).toBe(1);
  });

  it('but for the only one does not exist, nor does a grid of no points', () => {
    expect(nearestPoint(pointGrid(Float32Array.of(0.2, 0.2)), 0.5, 0.5, 0)).toBe(-1);
    expect(() => pointGrid(new Float32Array(0))).toThrow(RangeError);
  });
});
