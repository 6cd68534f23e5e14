/** When snapshots are taken. */
import { exponential, logarithm } from '../random/elementary.ts';
import type { SnapshotSchedule } from './cell.ts';

/** Maximum number of epochs of one cell. */
export const maxEpochs = 10_000_000;

/** What is wrong with a goal, in words; null where a cell may have it. */
export function goalProblem(epochs: number): string | null {
  if (epochs <= maxEpochs) return null;
  return `${epochs.toLocaleString('en')} epochs are more than the ${maxEpochs.toLocaleString('en')} that a cell may have`;
}

/** At most `count` of the epochs, evenly spread, the first and the last among them. */
export function evenlySpread(epochs: readonly number[], count: number): number[] {
  if (epochs.length <= count) return [...epochs];
  const step = (epochs.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, at) => epochs[Math.round(at * step)]);
}

function regularEpochs(every: number, epochs: number): number[] {
  const chosen: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch += every) chosen.push(epoch);
  return [...chosen, epochs];
}

/** 0 and then epochs on a logarithmic scale from 1; where they would fall together, every epoch. */
function logarithmicEpochs(count: number, epochs: number): number[] {
  const chosen = [0];
  const steps = Math.min(count, epochs + 1) - 1;
  for (let index = 0; index < steps - 1; index++) {
    const onScale = Math.round(exponential((index / (steps - 1)) * logarithm(epochs)));
    chosen.push(Math.max(onScale, chosen[index] + 1));
  }
  return [...chosen, epochs];
}

/**
 * How many snapshots a policy takes, whatever the goal: that of an entry from elsewhere may be absurd. Throws RangeError
 * for a budget, as snapshotEpochs does.
 */
export function snapshotCount(policy: SnapshotSchedule, epochs: number): number {
  if (epochs === 0) return 1;
  if (policy.kind === 'every') return Math.ceil(epochs / policy.epochs) + 1;
  if (policy.kind === 'log') return Math.max(2, Math.min(policy.count, epochs + 1));
  if (policy.kind === 'list') return policy.epochs.filter((epoch) => epoch > 0 && epoch < epochs).length + 2;
  throw unresolvedBudget();
}

function unresolvedBudget(): RangeError {
  return new RangeError('a snapshot budget must be resolved for its sweep before cells run');
}

/**
 * Epochs at which snapshots are taken, ascending, 0 and the goal among them; the same on every machine. A logarithmic
 * policy takes exactly `count` of them where there are so many epochs. Throws RangeError for a budget, which only
 * resolvedSnapshots can turn into epochs since it knows the sweep, and for a goal that no cell may have.
 */
export function snapshotEpochs(policy: SnapshotSchedule, epochs: number): number[] {
  const problem = goalProblem(epochs);
  if (problem !== null) throw new RangeError(problem);
  if (epochs === 0) return [0];
  if (policy.kind === 'every') return regularEpochs(policy.epochs, epochs);
  if (policy.kind === 'log') return logarithmicEpochs(policy.count, epochs);
  if (policy.kind === 'list')
    return [0, ...policy.epochs.filter((epoch) => epoch > 0 && epoch < epochs), epochs];
  throw unresolvedBudget();
}
