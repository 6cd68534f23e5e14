/** CRC-32C (Castagnoli polynomial, RFC 3720 appendix B.4), eight bytes at a time. */

const reflectedPolynomial = 0x82f63b78;

const tables: readonly Int32Array[] = crcTables();

/** Tables[k][b]: what byte b contributes when k further bytes follow it (Kounavis & Berry 2005, "slicing-by-8"). */
function crcTables(): Int32Array[] {
  const first = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ reflectedPolynomial : crc >>> 1;
    first[byte] = crc;
  }
  const all = [first];
  for (let slice = 1; slice < 8; slice++) {
    const previous = all[slice - 1] ?? first;
    all.push(previous.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] ?? 0)));
  }
  return all;
}

/**
 * CRC-32C of `bytes`, uint32. `before` is the checksum of what came before, so that crc32c(b, crc32c(a)) is the
 * checksum of a followed by b.
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as readonly [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    crc =
      t7[crc & 0xff] ^
      t6[(crc >>> 8) & 0xff] ^
      t5[(crc >>> 16) & 0xff] ^
      t4[crc >>> 24] ^
      t3[bytes[at + 4]] ^
      t2[bytes[at + 5]] ^
      t1[bytes[at + 6]] ^
      t0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]) & 0xff];
  return ~crc >>> 0;
}
