/** Identity of a picture. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Picture } from './picture.ts';

/** SHA-256 (hex) of "picture <width> <height> <channels>", a zero byte and the picture's bytes: independent of the file it came from. */
export function pictureDigest(picture: Picture): string {
  const header = utf8ToBytes(`picture ${picture.width} ${picture.height} ${picture.channels}\0`);
  return bytesToHex(sha256.create().update(header).update(picture.bytes).digest());
}
