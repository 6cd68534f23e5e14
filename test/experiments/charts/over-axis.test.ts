import { expect, test } from 'vitest';
import { groupsOver, representativeOf, spreadOf } from '../../../experiments/charts/over-axis.ts';

test('cells that differ on one axis alone are one group, in the order of the sweep', () => {
  const cells = [
    { axes: { points: 2, seed: 1 } },
    { axes: { points: 1, seed: 1 } },
    { axes: { points: 2, seed: 2 } },
    { axes: { points: 1, seed: 3 } },
  ];
  expect(groupsOver(cells, 'seed')).toEqual([
    { axes: { points: 2 }, cells: [cells[0], cells[2]] },
    { axes: { points: 1 }, cells: [cells[1], cells[3]] },
  ]);
  expect(() => groupsOver(cells, 'depth')).toThrow("no axis 'depth'; the sweep's axes are points, seed");
});

test.each([
  [[3, 1, 2], { best: 1, median: 2, worst: 0 }],
  [[4, 3, 2, 1], { best: 3, median: 2, worst: 0 }],
  [[null, 5, NaN], { best: 1, median: 1, worst: 1 }],
  [[2, 2], { best: 0, median: 0, worst: 1 }],
  [[null], { best: 0, median: 0, worst: 0 }],
  [[], { best: -1, median: -1, worst: -1 }],
])('who stands for errors %j', (errors, expected) => {
  for (const which of ['best', 'median', 'worst'] as const)
    expect(representativeOf(errors, which)).toBe(expected[which]);
});

test('the spread of the values that there are', () => {
  expect(spreadOf([4, null, 1, NaN, 2, 3])).toEqual({
    count: 4,
    mean: 2.5,
    median: 2.5,
    lower: 1.75,
    upper: 3.25,
    least: 1,
    greatest: 4,
  });
  expect(spreadOf([null, NaN])).toBeNull();
});
