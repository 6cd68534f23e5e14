/** What a foreign record claims of a snapshot: compared with what it must be, and nothing else is done with it. */
import { canonicalJson } from './canonical-json.ts';
import { textDigest } from './digests.ts';
import { EntryError } from './entry-error.ts';
import { arraysOfMetrics } from './record-codec.ts';
import { claimedArrays, claimedHeader } from './record-payload.ts';

/** What a snapshot's link binds, thinned or not, as whoever wrote it put it: it is not checked against any schema. */
interface ClaimedSnapshot {
  readonly epoch: number;
  readonly weightsDigest: string;
  readonly metricsDigest: string;
  readonly link: unknown;
}

/**
 * The snapshot that a payload claims to hold, for comparing its link with what it must be; null where it holds none, or where
 * an array of its measures has more than `most` elements: few bytes may hold many.
 */
export function claimedSnapshot(bytes: Uint8Array, most: number): ClaimedSnapshot | null {
  const header = claimedHeader(bytes);
  if (header?.type !== 'snapshot' && header?.type !== 'thinned') return null;
  const { metrics, weightsDigest: digest, link } = header;
  const epoch = metrics?.epoch;
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 0) return null;
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) return null;
  try {
    const parts = claimedArrays(bytes, header);
    for (const { section } of parts.packed.values())
      if (section.length > most && section.name !== 'weights' && !section.name.startsWith('moment'))
        return null;
    const measured = { ...metrics, ...arraysOfMetrics(parts) };
    return { epoch, weightsDigest: digest, metricsDigest: textDigest(canonicalJson(measured)), link };
  } catch (error) {
    // A header may be nested deeper than anything can be written again.
    if (error instanceof EntryError || error instanceof RangeError) return null;
    throw error;
  }
}
