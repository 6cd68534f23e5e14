/** A complex in an order of its own: whoever shared out the work, and however fast, the same bits. */
import type { Complex } from './complex.ts';

/**
 * The same complex with regions by their lowest vertices along a Z-order curve (so that neighbours stay near each other in
 * memory), each from that vertex on, and edges and vertices as regions meet them first. What is drawn or written from it does not depend on the number of threads. Vertices of no region are left out.
 */
export function orderedComplex(complex: Complex): Complex {
  const { positions, values, offsets, sideVertices, sideEdges, regionCount } = complex;
  const { outputs } = complex.network.shape;
  const starts = lowestSides(complex);
  const order = regionOrder(complex, starts);
  const vertices = new Numbering(complex.vertexCount);
  const edges = new Numbering(complex.edgeCount);
  const made = {
    offsets: new Int32Array(regionCount + 1),
    sideVertices: new Int32Array(sideVertices.length),
    sideEdges: new Int32Array(sideEdges.length),
    edgeVertices: new Int32Array(2 * complex.edgeCount),
    edgeRegions: new Int32Array(2 * complex.edgeCount).fill(-1),
    edgeLabels: new Int32Array(complex.edgeCount),
    hashes: new Uint32Array(2 * regionCount),
  };
  let sides = 0;
  order.forEach((old, region) => {
    made.hashes[2 * region] = complex.hashes[2 * old];
    made.hashes[2 * region + 1] = complex.hashes[2 * old + 1];
    const count = offsets[old + 1] - offsets[old];
    const first = sides;
    for (let step = 0; step < count; step++) {
      const side = offsets[old] + ((starts[old] - offsets[old] + step) % count);
      made.sideVertices[sides] = vertices.numberOf(sideVertices[side]);
      made.sideEdges[sides++] = edges.numberOf(sideEdges[side]);
    }
    for (let side = first; side < sides; side++) {
      const edge = made.sideEdges[side];
      const isNew = made.edgeRegions[2 * edge] === -1;
      made.edgeRegions[2 * edge + (isNew ? 0 : 1)] = region;
      if (!isNew) continue;
      made.edgeVertices[2 * edge] = made.sideVertices[side];
      made.edgeVertices[2 * edge + 1] = made.sideVertices[side + 1 === sides ? first : side + 1];
    }
    made.offsets[region + 1] = sides;
  });
  const turnedVertices = vertices.olds();
  const turnedEdges = edges.olds();
  turnedEdges.forEach((old, edge) => (made.edgeLabels[edge] = complex.edgeLabels[old]));
  return {
    ...complex,
    ...made,
    vertexCount: turnedVertices.length,
    edgeCount: turnedEdges.length,
    positions: turned(positions, turnedVertices, 2),
    values: turned(values, turnedVertices, outputs),
  };
}

/** Rows of `width` numbers in another order: row i is row olds[i] of `rows`. */
function turned(rows: Float64Array, olds: Int32Array, width: number): Float64Array {
  const made = new Float64Array(width * olds.length);
  for (let row = 0; row < olds.length; row++) {
    for (let column = 0; column < width; column++) {
      made[width * row + column] = rows[width * olds[row] + column];
    }
  }
  return made;
}

/** Numbers in the order in which they are asked for. */
class Numbering {
  readonly #numbers: Int32Array;
  readonly #olds: Int32Array;
  #count = 0;

  constructor(size: number) {
    this.#numbers = new Int32Array(size).fill(-1);
    this.#olds = new Int32Array(size);
  }

  numberOf(old: number): number {
    if (this.#numbers[old] === -1) {
      this.#olds[this.#count] = old;
      this.#numbers[old] = this.#count++;
    }
    return this.#numbers[old];
  }

  olds(): Int32Array {
    return this.#olds.subarray(0, this.#count);
  }
}

/** The side of each region that begins at its lowest vertex: the least y, of those the least x. */
function lowestSides({ regionCount, offsets, sideVertices, positions }: Complex): Int32Array {
  const starts = new Int32Array(regionCount);
  for (let region = 0; region < regionCount; region++) {
    let best = offsets[region];
    for (let side = best + 1; side < offsets[region + 1]; side++) {
      if (compareVertices(positions, sideVertices[side], sideVertices[best]) < 0) best = side;
    }
    starts[region] = best;
  }
  return starts;
}

function compareVertices(positions: Float64Array, one: number, other: number): number {
  return positions[2 * one + 1] - positions[2 * other + 1] || positions[2 * one] - positions[2 * other];
}

/** Regions by the places of their lowest vertices along a Z-order curve over the view, then by those and by hash. */
function regionOrder(
  { regionCount, hashes, positions, sideVertices, view }: Complex,
  starts: Int32Array,
): Int32Array {
  const places = new Uint32Array(regionCount);
  for (let region = 0; region < regionCount; region++) {
    const vertex = sideVertices[starts[region]];
    const x = (positions[2 * vertex] - view.x0) / (view.x1 - view.x0);
    const y = (positions[2 * vertex + 1] - view.y0) / (view.y1 - view.y0);
    places[region] = (spread(x) | (spread(y) << 1)) >>> 0;
  }
  const order = orderOfWords(places);
  // Those of one place are few, and stand together now.
  for (let start = 0; start < regionCount;) {
    let end = start + 1;
    while (end < regionCount && places[order[end]] === places[order[start]]) end++;
    if (end - start > 1) {
      order
        .subarray(start, end)
        .sort(
          (one, other) =>
            compareVertices(positions, sideVertices[starts[one]], sideVertices[starts[other]]) ||
            hashes[2 * one + 1] - hashes[2 * other + 1] ||
            hashes[2 * one] - hashes[2 * other],
        );
    }
    start = end;
  }
  return order;
}

/** The first 16 bits of a fraction from 0 to 1, one to every second bit of a word (Morton 1966). */
function spread(fraction: number): number {
  let bits = Math.min(65535, Math.max(0, Math.floor(65536 * fraction)));
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}

/** Indices of words in ascending order: least significant digits first, 16 bits at a time. */
function orderOfWords(words: Uint32Array): Int32Array {
  let order = Int32Array.from(words.keys());
  let spare = new Int32Array(words.length);
  for (const shift of [0, 16]) {
    const places = new Int32Array(65537);
    for (const word of words) places[((word >>> shift) & 0xffff) + 1]++;
    for (let digit = 0; digit < 65536; digit++) places[digit + 1] += places[digit];
    for (const index of order) spare[places[(words[index] >>> shift) & 0xffff]++] = index;
    [order, spare] = [spare, order];
  }
  return order;
}
