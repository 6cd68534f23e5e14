/** Node's own SHA-256 and inflating in the place of those in JavaScript: imported first by whatever reads records. */
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { useByteWork } from '../../experiments/records/byte-work.ts';

useByteWork({
  sha256(parts) {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  },
  inflate: (stored, length) => inflateRawSync(stored, { maxOutputLength: length + 1 }),
});
