/** Findings of a verification in words. */
import type { Finding } from '../../../experiments/entries/chain-verification.ts';

/** "records, record 12, epoch 110, bytes 5210 to 7301: its checksum does not match" */
export function findingText({ part, record, epoch, bytes, message }: Finding): string {
  const place = [
    part,
    record === null ? '' : `record ${record}`,
    epoch === null ? '' : `epoch ${epoch}`,
    bytes === null ? '' : `bytes ${bytes.from} to ${bytes.to - 1}`,
  ];
  return `${place.filter((word) => word !== '').join(', ')}: ${message}`;
}
