/** Distributions over a complex: areas, sides, degrees, and how deep its creases lie. */
import { neuronStride, type Complex } from './complex.ts';
import { regionAreas, regionDegrees } from './region-geometry.ts';

/** How sides, degrees and areas of a complex are distributed. */
export interface ComplexStatistics {
  /** Regions by their number of sides: entry k counts those with k sides. */
  readonly sides: readonly number[];
  /** Regions by their number of neighbours. */
  readonly degrees: readonly number[];
  /** Regions by area in halvings of the view's area: entry k counts areas in (2^-(k+1), 2^-k] of it, the last all below. */
  readonly areas: readonly number[];
  /** Half of the regions are smaller than this. */
  readonly medianArea: number;
  /** Crease edges by hidden layer. */
  readonly creaseEdges: readonly number[];
  /** Length of all creases by hidden layer. */
  readonly creaseLengths: readonly number[];
  /** Neurons with a crease in the view, by hidden layer. */
  readonly creasedNeurons: readonly number[];
}

const areaClasses = 64;

/** All distributions of a complex. */
export function complexStatistics(complex: Complex): ComplexStatistics {
  const areas = regionAreas(complex);
  const sides: number[] = [];
  for (let region = 0; region < complex.regionCount; region++)
    count(sides, complex.offsets[region + 1] - complex.offsets[region]);
  const degrees: number[] = [];
  for (const degree of regionDegrees(complex)) count(degrees, degree);
  return {
    sides,
    degrees,
    areas: areaHistogram(areas, viewArea(complex)),
    medianArea: areas.slice().sort()[areas.length >> 1],
    ...creasesByLayer(complex),
  };
}

/** Share of regions whose area is below that of a pixel of a width x height frame over the view. */
export function smallerThanPixel(complex: Complex, width: number, height: number): number {
  const pixel = viewArea(complex) / (width * height);
  let smaller = 0;
  for (const area of regionAreas(complex)) if (area < pixel) smaller++;
  return smaller / complex.regionCount;
}

function viewArea({ view }: Complex): number {
  return (view.x1 - view.x0) * (view.y1 - view.y0);
}

function count(histogram: number[], value: number): void {
  while (histogram.length <= value) histogram.push(0);
  histogram[value]++;
}

function areaHistogram(areas: Float64Array, whole: number): number[] {
  const histogram: number[] = [];
  for (const area of areas) {
    let halvings = 0;
    for (let bound = 0.5 * whole; halvings < areaClasses - 1 && area <= bound; bound *= 0.5) halvings++;
    count(histogram, halvings);
  }
  return histogram;
}

function creasesByLayer(
  complex: Complex,
): Pick<ComplexStatistics, 'creaseEdges' | 'creaseLengths' | 'creasedNeurons'> {
  const { edgeCount, edgeLabels, edgeVertices, positions, network } = complex;
  const depth = network.shape.hidden.length;
  const creaseEdges = new Array<number>(depth).fill(0);
  const creaseLengths = new Array<number>(depth).fill(0);
  const neurons = new Set<number>();
  for (let edge = 0; edge < edgeCount; edge++) {
    const label = edgeLabels[edge];
    if (label < 0) continue;
    const layer = Math.floor(label / neuronStride);
    const a = 2 * edgeVertices[2 * edge];
    const b = 2 * edgeVertices[2 * edge + 1];
    const dx = positions[b] - positions[a];
    const dy = positions[b + 1] - positions[a + 1];
    creaseEdges[layer]++;
    creaseLengths[layer] += Math.sqrt(dx * dx + dy * dy);
    neurons.add(label);
  }
  const creasedNeurons = new Array<number>(depth).fill(0);
  for (const label of neurons) creasedNeurons[Math.floor(label / neuronStride)]++;
  return { creaseEdges, creaseLengths, creasedNeurons };
}
