/** Findings of a verification in words. */
import type { Finding } from '../../experiments/entries/chain-verification.ts';

/** "records, record 12, epoch 110: its checksum does not match" */
export function findingWords({ part, record, epoch, message }: Finding): string {
  const place = [part, record === null ? '' : `record ${record}`, epoch === null ? '' : `epoch ${epoch}`];
  return `${place.filter((word) => word !== '').join(', ')}: ${message}`;
}
