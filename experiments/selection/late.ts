/** Which snapshots are late: single ones flicker, so that claims and charts take a median over these. */
import { logarithm } from '../random/elementary.ts';

/** Whether an epoch lies in the last fifth of all epochs up to `last` on a logarithmic axis; where nothing is trained, epoch 0 does. */
export function isLate(epoch: number, last: number): boolean {
  if (epoch === last) return true;
  return epoch > 0 && logarithm(epoch) >= 0.8 * logarithm(last);
}
