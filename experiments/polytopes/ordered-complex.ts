/** A complex in an order of its own: whoever shared out the work, and however fast, the same bits. */
import type { Complex } from './complex.ts';

/**
 * The same complex with regions by their hash, each from its lowest vertex on, and edges and vertices as regions meet them
 * first. What is drawn or written from it does not depend on the number of threads. Vertices of no region are left out.
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
    made.hashes.set(complex.hashes.subarray(2 * old, 2 * old + 2), 2 * region);
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
    positions: Float64Array.from(
      { length: 2 * turnedVertices.length },
      (_, at) => positions[2 * turnedVertices[at >> 1] + (at & 1)],
    ),
    values: Float64Array.from(
      { length: outputs * turnedVertices.length },
      (_, at) => values[outputs * turnedVertices[Math.floor(at / outputs)] + (at % outputs)],
    ),
  };
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
  return Int32Array.from({ length: regionCount }, (_, region) => {
    let best = offsets[region];
    for (let side = best + 1; side < offsets[region + 1]; side++) {
      if (compareVertices(positions, sideVertices[side], sideVertices[best]) < 0) best = side;
    }
    return best;
  });
}

function compareVertices(positions: Float64Array, one: number, other: number): number {
  return positions[2 * one + 1] - positions[2 * other + 1] || positions[2 * one] - positions[2 * other];
}

/** Regions by hash, its high lane first; two of one hash by their lowest vertices. */
function regionOrder(
  { regionCount, hashes, positions, sideVertices }: Complex,
  starts: Int32Array,
): Int32Array {
  return Int32Array.from({ length: regionCount }, (_, region) => region).sort(
    (one, other) =>
      hashes[2 * one + 1] - hashes[2 * other + 1] ||
      hashes[2 * one] - hashes[2 * other] ||
      compareVertices(positions, sideVertices[starts[one]], sideVertices[starts[other]]),
  );
}
