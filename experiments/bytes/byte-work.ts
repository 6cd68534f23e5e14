/**
 * SHA-256 and inflating, the two things that reading files costs: written in JavaScript here, so that they run
 * anywhere, and done by the host's own where it has something faster that gives the same bytes.
 */
import { inflateSync } from 'fflate';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Both, over bytes in memory. */
export interface ByteWork {
  /** SHA-256 of parts one after another, lower-case hex. */
  sha256(parts: readonly Uint8Array[]): string;
  /** Bytes of a raw DEFLATE stream, at most `length` + 1 of them. Throws an Error where it is none. */
  inflate(stored: Uint8Array, length: number): Uint8Array;
}

const portable: ByteWork = {
  sha256(parts) {
    const hash = sha256.create();
    for (const part of parts) hash.update(part);
    return bytesToHex(hash.digest());
  },
  // One byte of room more than that shows a stream that is too long.
  inflate: (stored, length) => inflateSync(stored, { out: new Uint8Array(length + 1) }),
};

let chosen = portable;

/** Has the host do it from now on. */
export function useByteWork(host: ByteWork): void {
  chosen = host;
}

/** What does it now. */
export function byteWork(): ByteWork {
  return chosen;
}
