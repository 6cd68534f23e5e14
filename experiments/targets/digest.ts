/** Identity of a picture. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { floatBytes } from './float-bytes.ts';
import type { Picture } from './picture.ts';

/**
 * SHA-256 (hex) of "picture <width> <height> <channels>", a zero byte and the picture's bytes: independent of the file it
 * came from. Of own points that of "points <n> <channels> <truth>", a zero byte, coordinates and labels as little-endian
 * float32; <truth> is the digest of the true picture alone, or "unknown".
 */
export function pictureDigest(picture: Picture): string {
  const { own } = picture;
  if (own === undefined) return plainDigest(picture);
  const truth = own.hasTruth ? plainDigest(picture) : 'unknown';
  const header = utf8ToBytes(`points ${own.coordinates.length / 2} ${picture.channels} ${truth}\0`);
  const hash = sha256.create().update(header);
  return bytesToHex(hash.update(floatBytes(own.coordinates)).update(floatBytes(own.labels)).digest());
}

function plainDigest(picture: Picture): string {
  const header = utf8ToBytes(`picture ${picture.width} ${picture.height} ${picture.channels}\0`);
  return bytesToHex(sha256.create().update(header).update(picture.bytes).digest());
}
