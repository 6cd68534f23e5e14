/** Node's own SHA-256 and inflating in the place of those in JavaScript: imported first by whatever reads records. */
import { createHash, hash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { useByteWork } from '../../experiments/bytes/byte-work.ts';

const leastPiece = 64;
const mostPiece = 1 << 20;

useByteWork({
  sha256(parts) {
    // Most are short texts, for which this takes half of the time.
    if (parts.length === 1) return hash('sha256', parts[0], 'hex');
    const whole = createHash('sha256');
    for (const part of parts) whole.update(part);
    return whole.digest('hex');
  },
  // In one piece, where that is not too large to be believed: pieces are put together by copying.
  inflate: (stored, length) =>
    inflateRawSync(stored, {
      maxOutputLength: length + 1,
      chunkSize: Math.min(Math.max(length + 1, leastPiece), mostPiece),
    }),
});
