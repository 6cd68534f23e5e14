/** When snapshots are taken. */
import type { SnapshotPolicy } from './cell.ts';

/** Epochs at which snapshots are taken, ascending, from 0 to the goal. */
export function snapshotEpochs(policy: SnapshotPolicy, epochs: number): number[] {
  const every = policy.kind === 'every' ? policy.epochs : Math.max(1, Math.ceil(epochs / 200));
  const chosen: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch += every) chosen.push(epoch);
  return [...chosen, epochs];
}
