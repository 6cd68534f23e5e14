/** Which measures of its last snapshot are told of a cell without its records. */
import type { MeasureName } from '../../experiments/records/measures.ts';

/** Measures of the last snapshot that an entry tells of every cell without its records. */
export const lastMeasureNames = [
  'trainMse',
  'validationMse',
  'truthMse',
  'iou',
  'distinctHashes',
] as const satisfies readonly MeasureName[];

/** Name of a measure that is told of every cell's last snapshot. */
export type LastMeasureName = (typeof lastMeasureNames)[number];

/** Measures of a cell's last snapshot; null where it has no such value. */
export type LastMeasures = Readonly<Record<LastMeasureName, number | null>>;
