/** Identity of cells: the digest of everything that affects their result. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CellConfig } from './cell.ts';

/** Hexadecimal digits of a cell's id. */
const idLength = 16;

/** JSON without spaces, keys in the order of their UTF-16 code units, undefined fields left out: equal data, equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
  });
}

/** First 16 hex digits of the SHA-256 of the configuration's canonical JSON. */
export function cellId(config: CellConfig): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(config)))).slice(0, idLength);
}
