/** Exact complexes of networks with a folded input: extracted as the network sees the plane, and unfolded from there. */
import type { View } from '../engines/engine.ts';
import { foldStrips, type FoldStrip } from '../network/map-strips.ts';
import type { Network } from '../network/shape.ts';
import { borderLabels, foldLabel, type Complex } from './complex.ts';
import { ExtractionError, regionsBudgetError } from './extraction-error.ts';
import type { ExtractionBudget } from './extraction-options.ts';

/** Most strips of a view. */
const mostStrips = 4096;

/**
 * The views over which the network without its map is to be extracted, each once; the view itself where nothing is mapped.
 * Throws ExtractionError 'invalid input' for a sine, whose creases are curves, and for more than 4096 folds.
 */
export function plainViews(network: Network, view: View): View[] {
  if (network.inputs === undefined) return [view];
  return stripsOf(network, view).views;
}

/** The strips of a view, and for each the number of its plain view among `views`. */
function stripsOf(
  { inputs }: Network,
  view: View,
): { strips: readonly FoldStrip[]; views: View[]; viewOf: readonly number[] } {
  if (inputs?.kind !== 'fold')
    throw new ExtractionError(
      'invalid input',
      'The inputs of this network are bent by a sine: its creases are curves, and exact polytopes are for straight ones. Networks with a fold have them.',
    );
  const [from, to] = inputs.axis === 'x' ? [view.x0, view.x1] : [view.y0, view.y1];
  let strips: readonly FoldStrip[];
  try {
    strips = foldStrips(inputs, from, to, mostStrips);
  } catch (error) {
    if (error instanceof RangeError)
      throw new ExtractionError('invalid input', `${error.message} Choose a smaller view.`);
    throw error;
  }
  const numbers = new Map<string, number>();
  const views: View[] = [];
  const viewOf = strips.map(({ mappedFrom, mappedTo }) => {
    const [low, high] = [Math.min(mappedFrom, mappedTo), Math.max(mappedFrom, mappedTo)];
    const key = `${low} ${high}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    views.push(inputs.axis === 'x' ? { ...view, x0: low, x1: high } : { ...view, y0: low, y1: high });
    numbers.set(key, views.length - 1);
    return views.length - 1;
  });
  return { strips, views, viewOf };
}

/**
 * The complex over a view from those over its plain views: each is mirrored into every strip that sees it, and strips are
 * joined along the fold lines, whose edges have the fold label. Neighbours that are one function on both sides of a fold stay
 * apart: there the network is creased. Throws ExtractionError 'regions budget'.
 */
export function unfoldedComplex(
  complexes: readonly Complex[],
  network: Network,
  view: View,
  budget?: ExtractionBudget,
): Complex {
  if (network.inputs === undefined) return complexes[0];
  const { strips, viewOf } = stripsOf(network, view);
  const plains = viewOf.map((at) => complexes[at]);
  const regions = plains.reduce((sum, { regionCount }) => sum + regionCount, 0);
  if (budget !== undefined && regions > budget.regions) throw regionsBudgetError(budget.regions, 1);
  const builder = new Unfolding(network, view, plains);
  strips.forEach((strip, at) => builder.add(strip, plains[at], at === strips.length - 1));
  return builder.result();
}

/** Vertices and edges of the border that the next strip begins with, in order along it. */
interface Seam {
  readonly vertices: readonly number[];
  readonly edges: readonly number[];
}

/** Labels of the borders at which a strip begins and ends, as a plain complex has them. */
const startLabels = { x: borderLabels[3], y: borderLabels[0] };
const endLabels = { x: borderLabels[1], y: borderLabels[2] };

/** Joins strips, one after another. Arrays have room for what nothing shares, and are cut at the end. */
class Unfolding {
  private readonly axis: 'x' | 'y';
  private readonly outputs: number;
  private readonly positions: Float64Array;
  private readonly values: Float64Array;
  private readonly offsets: Int32Array;
  private readonly sideVertices: Int32Array;
  private readonly sideEdges: Int32Array;
  private readonly edgeVertices: Int32Array;
  private readonly edgeRegions: Int32Array;
  private readonly edgeLabels: Int32Array;
  private readonly hashes: Uint32Array;
  private vertexCount = 0;
  private edgeCount = 0;
  private regionCount = 0;
  private sideCount = 0;
  private repairs = 0;
  private seam: Seam | null = null;

  constructor(
    private readonly network: Network,
    private readonly view: View,
    plains: readonly Complex[],
  ) {
    const total = (of: (plain: Complex) => number): number =>
      plains.reduce((sum, plain) => sum + of(plain), 0);
    const edges = total(({ edgeCount }) => edgeCount);
    const regions = total(({ regionCount }) => regionCount);
    const vertices = total(({ vertexCount }) => vertexCount);
    const sides = total(({ sideVertices }) => sideVertices.length);
    this.axis = network.inputs?.axis ?? 'x';
    this.outputs = network.shape.outputs;
    this.positions = new Float64Array(2 * vertices);
    this.values = new Float64Array(this.outputs * vertices);
    this.offsets = new Int32Array(regions + 1);
    this.sideVertices = new Int32Array(sides);
    this.sideEdges = new Int32Array(sides);
    this.edgeVertices = new Int32Array(2 * edges);
    this.edgeRegions = new Int32Array(2 * edges).fill(-1);
    this.edgeLabels = new Int32Array(edges);
    this.hashes = new Uint32Array(2 * regions);
  }

  add(strip: FoldStrip, plain: Complex, isLast: boolean): void {
    const isMirrored = strip.mappedFrom > strip.mappedTo;
    const [first, last] = [startLabels[this.axis], endLabels[this.axis]];
    const start = seamOf(plain, isMirrored ? last : first, this.axis);
    const end = seamOf(plain, isMirrored ? first : last, this.axis);
    const vertexIds = this.addVertices(strip, plain, start);
    const edgeIds = this.addEdges(plain, vertexIds, start, end, { isMirrored, isLast });
    this.addRegions(plain, vertexIds, edgeIds, isMirrored);
    this.repairs += plain.repairs;
    this.seam = {
      vertices: end.vertices.map((vertex) => vertexIds[vertex]),
      edges: end.edges.map((edge) => edgeIds[edge]),
    };
  }

  result(): Complex {
    const { network, view, vertexCount, edgeCount, regionCount, repairs } = this;
    return {
      ...{ network, view, vertexCount, edgeCount, regionCount, repairs },
      positions: this.positions.slice(0, 2 * vertexCount),
      values: this.values.slice(0, this.outputs * vertexCount),
      offsets: this.offsets,
      sideVertices: this.sideVertices,
      sideEdges: this.sideEdges,
      edgeVertices: this.edgeVertices.slice(0, 2 * edgeCount),
      edgeRegions: this.edgeRegions.slice(0, 2 * edgeCount),
      edgeLabels: this.edgeLabels.slice(0, edgeCount),
      hashes: this.hashes,
    };
  }

  /** Numbers of a strip's vertices in the whole; those on the seam are there already. */
  private addVertices(strip: FoldStrip, plain: Complex, start: Seam): Int32Array {
    const ids = new Int32Array(plain.vertexCount).fill(-1);
    if (this.isJoined(start))
      start.vertices.forEach((vertex, at) => (ids[vertex] = this.seam?.vertices[at] ?? -1));
    const along = this.axis === 'x' ? 0 : 1;
    const rate = (strip.to - strip.from) / (strip.mappedTo - strip.mappedFrom);
    for (let vertex = 0; vertex < plain.vertexCount; vertex++) {
      if (ids[vertex] >= 0) continue;
      const id = this.vertexCount++;
      ids[vertex] = id;
      const mapped = plain.positions[2 * vertex + along];
      this.positions[2 * id + along] =
        mapped === strip.mappedTo
          ? strip.to
          : mapped === strip.mappedFrom
            ? strip.from
            : strip.from + (mapped - strip.mappedFrom) * rate;
      this.positions[2 * id + 1 - along] = plain.positions[2 * vertex + 1 - along];
      for (let output = 0; output < this.outputs; output++)
        this.values[this.outputs * id + output] = plain.values[this.outputs * vertex + output];
    }
    return ids;
  }

  /** Whether the border that a strip begins with has the vertices of the one before it, so that both are one line. */
  private isJoined({ vertices, edges }: Seam): boolean {
    return (
      this.seam !== null &&
      this.seam.vertices.length === vertices.length &&
      this.seam.edges.length === edges.length
    );
  }

  private addEdges(
    plain: Complex,
    vertexIds: Int32Array,
    start: Seam,
    end: Seam,
    { isMirrored, isLast }: { readonly isMirrored: boolean; readonly isLast: boolean },
  ): Int32Array {
    const ids = new Int32Array(plain.edgeCount).fill(-1);
    if (this.isJoined(start)) start.edges.forEach((edge, at) => (ids[edge] = this.seam?.edges[at] ?? -1));
    else if (this.seam !== null) this.repairs += 1;
    const onStart = new Set(start.edges);
    const onEnd = new Set(end.edges);
    for (let edge = 0; edge < plain.edgeCount; edge++) {
      if (ids[edge] >= 0) continue;
      const id = this.edgeCount++;
      ids[edge] = id;
      const [a, b] = [plain.edgeVertices[2 * edge], plain.edgeVertices[2 * edge + 1]];
      this.edgeVertices[2 * id] = vertexIds[isMirrored ? b : a];
      this.edgeVertices[2 * id + 1] = vertexIds[isMirrored ? a : b];
      if (onStart.has(edge)) this.edgeLabels[id] = this.seam === null ? startLabels[this.axis] : foldLabel;
      else if (onEnd.has(edge)) this.edgeLabels[id] = isLast ? endLabels[this.axis] : foldLabel;
      else this.edgeLabels[id] = plain.edgeLabels[edge];
    }
    return ids;
  }

  /** Adds a strip's regions; mirrored ones the other way round, so that their interior stays on the left. */
  private addRegions(plain: Complex, vertexIds: Int32Array, edgeIds: Int32Array, isMirrored: boolean): void {
    this.hashes.set(plain.hashes, 2 * this.regionCount);
    for (let region = 0; region < plain.regionCount; region++) {
      const begin = plain.offsets[region];
      const count = plain.offsets[region + 1] - begin;
      for (let step = 0; step < count; step++) {
        const vertex = isMirrored ? (count - step) % count : step;
        const edge = edgeIds[plain.sideEdges[begin + (isMirrored ? count - 1 - step : step)]];
        this.sideVertices[this.sideCount] = vertexIds[plain.sideVertices[begin + vertex]];
        this.sideEdges[this.sideCount++] = edge;
        const place = this.edgeRegions[2 * edge] < 0 ? 0 : 1;
        this.edgeRegions[2 * edge + place] = this.regionCount;
      }
      this.offsets[++this.regionCount] = this.sideCount;
    }
  }
}

/** Vertices and edges of a plain complex on one border, ascending along it. */
function seamOf(plain: Complex, label: number, axis: 'x' | 'y'): Seam {
  const { edgeCount, edgeLabels, edgeVertices, positions } = plain;
  const across = axis === 'x' ? 1 : 0;
  const place = (vertex: number): number => positions[2 * vertex + across];
  const edges: number[] = [];
  const vertices = new Set<number>();
  for (let edge = 0; edge < edgeCount; edge++) {
    if (edgeLabels[edge] !== label) continue;
    edges.push(edge);
    vertices.add(edgeVertices[2 * edge]).add(edgeVertices[2 * edge + 1]);
  }
  const middle = (edge: number): number => place(edgeVertices[2 * edge]) + place(edgeVertices[2 * edge + 1]);
  return {
    vertices: [...vertices].sort((a, b) => place(a) - place(b)),
    edges: edges.sort((a, b) => middle(a) - middle(b)),
  };
}
