/** Identity of cells: the digest of everything that affects their result. */
import { canonicalJson } from '../records/canonical-json.ts';
import { textDigest } from '../records/digests.ts';
import type { CellConfig } from './cell.ts';

/** Hexadecimal digits of a cell's id. */
const idLength = 16;

/** First 16 hex digits of the SHA-256 of the configuration's canonical JSON. */
export function cellId(config: CellConfig): string {
  return textDigest(canonicalJson(config)).slice(0, idLength);
}
