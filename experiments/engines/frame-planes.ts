/** Planes and counts made from a frame's hashes: boundaries, distinct patterns, previews. */

/** Boundary pixels of a frame: one bit a pixel without padding between rows, most significant bit first. */
export interface BoundaryPlane {
  readonly bits: Uint8Array;
  /** Share of the pixels that are boundary pixels. */
  readonly share: number;
}

/**
 * The boundary plane of hashes uint32 [height, width, 2]: a pixel is set where its hash differs from its right or lower
 * neighbour's; missing neighbours count as equal.
 */
export function boundaryPlane(hashes: Uint32Array, width: number, height: number): BoundaryPlane {
  const pixels = width * height;
  if (hashes.length !== 2 * pixels) {
    throw new RangeError(`A ${width} x ${height} frame has ${2 * pixels} hash lanes, not ${hashes.length}.`);
  }
  const bits = new Uint8Array((pixels + 7) >> 3);
  let count = 0;
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const right = column + 1 < width && differs(hashes, at, at + 1);
      if (right || (row + 1 < height && differs(hashes, at, at + width))) {
        bits[at >> 3] |= 128 >> (at & 7);
        count++;
      }
    }
  }
  return { bits, share: pixels > 0 ? count / pixels : 0 };
}

function differs(hashes: Uint32Array, a: number, b: number): boolean {
  return hashes[2 * a] !== hashes[2 * b] || hashes[2 * a + 1] !== hashes[2 * b + 1];
}

/** Number of distinct 64-bit hashes in uint32 [n, 2]. Expected time linear in n, memory in the distinct ones. */
export function distinctCount(hashes: Uint32Array): number {
  const pixels = hashes.length >> 1;
  let capacity = 1024;
  let table = new Uint32Array(2 * capacity);
  let zero = 0;
  let count = 0;
  for (let at = 0; at < pixels; at++) {
    // Neighbours mostly share a polytope: the cheap comparison spares most look-ups.
    if (at > 0 && !differs(hashes, at, at - 1)) continue;
    const lane0 = hashes[2 * at];
    const lane1 = hashes[2 * at + 1];
    // A pair of zeros marks a free slot, so the hash of "no neuron active" is counted apart.
    if (lane0 === 0 && lane1 === 0) {
      zero = 1;
      continue;
    }
    if (!insert(table, capacity - 1, lane0, lane1)) continue;
    count++;
    if (2 * count > capacity) {
      capacity *= 4;
      const larger = new Uint32Array(2 * capacity);
      for (let slot = 0; slot < table.length; slot += 2) {
        if (table[slot] !== 0 || table[slot + 1] !== 0) {
          insert(larger, capacity - 1, table[slot], table[slot + 1]);
        }
      }
      table = larger;
    }
  }
  return count + zero;
}

/** Puts a pair of lanes into an open-addressed table; false where it is there already. */
function insert(table: Uint32Array, mask: number, lane0: number, lane1: number): boolean {
  let slot = Math.imul(lane0 ^ (lane1 >>> 15), 0x9e3779b1) >>> 0;
  slot = (slot ^ (slot >>> 15)) & mask;
  for (;;) {
    const a = table[2 * slot];
    const b = table[2 * slot + 1];
    if (a === lane0 && b === lane1) return false;
    if (a === 0 && b === 0) {
      table[2 * slot] = lane0;
      table[2 * slot + 1] = lane1;
      return true;
    }
    slot = (slot + 1) & mask;
  }
}

/** Values as 8-bit levels: round(255 v), clamped to 0 .. 255; NaN gives 0. */
export function levelsFromValues(values: Float32Array): Uint8Array {
  // A clamped array rounds halves to even and clamps, and takes NaN for 0, by specification.
  const levels = new Uint8ClampedArray(values.length);
  for (let at = 0; at < values.length; at++) levels[at] = 255 * values[at];
  return new Uint8Array(levels.buffer);
}
