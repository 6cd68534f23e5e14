/** The figures of a complex that people ask for first. */
import { affineFunctions, dirichletEnergy } from './affine-functions.ts';
import type { Complex } from './complex.ts';
import { complexCounts, type ComplexCounts } from './complex-counts.ts';
import { levelSet } from './level-set.ts';
import { compensatedSum, regionAreas } from './region-geometry.ts';

/** The figures of a complex; lengths and areas in units of the plane. */
export interface ComplexSummary extends ComplexCounts {
  /** Sum of all regions' areas, which is the view's. */
  readonly area: number;
  /** Dirichlet energy over the view, before any sigmoid. */
  readonly dirichlet: number;
  /** Length of the first output's level set. */
  readonly levelSetLength: number;
}

/** Counts, area, Dirichlet energy and the length of the level set (by default at 0.5). */
export function complexSummary(complex: Complex, level = 0.5): ComplexSummary {
  const areas = regionAreas(complex);
  return {
    ...complexCounts(complex),
    area: compensatedSum(areas),
    dirichlet: dirichletEnergy(complex, affineFunctions(complex), areas),
    levelSetLength: levelSet(complex, level).length,
  };
}
