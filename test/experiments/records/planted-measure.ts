/** A measure that no record has, planted into the table: to be imported before whatever reads the table. */
import {
  laterMeasureNames,
  measureNames,
  measures,
  type Measure,
} from '../../../experiments/records/measures.ts';

const planted: Measure = {
  title: 'Weight norm',
  says: 'Norm of all weights.',
  unit: 'norm',
  column: { name: 'weight_norm', type: 'DOUBLE' },
  heading: 'Norm',
  cited: 'weight norm',
  isCharted: true,
  since: '0.2.0',
};

/** Its name, as if it were one of the table's. */
export const plantedName = 'weightNorm' as 'trainMse';

Object.assign(measures, { [plantedName]: planted });
measureNames.push(plantedName);
(laterMeasureNames as string[]).push(plantedName);

/** Metrics with a value of the planted measure. */
export function withPlanted<Metrics extends object>(metrics: Metrics, value: number | null): Metrics {
  return { ...metrics, [plantedName]: value };
}
