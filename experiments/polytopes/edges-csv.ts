/** Edges of a complex as a CSV table: what separates which regions. */
import { affineFunctions, slopeJumps } from './affine-functions.ts';
import { neuronStride, type Complex } from './complex.ts';

/**
 * The table in pieces of about a thousand lines, header first: edge, its ends, the crease's hidden layer and neuron (both
 * from 0, as in the hash; empty on the view's border and on folds of the inputs), the jump of the slope across it, and the regions beside it (the
 * second is empty on the border), numbered as in the table of regions.
 */
export function* edgesCsv(complex: Complex): Generator<string, void> {
  const { edgeCount, edgeVertices, edgeLabels, edgeRegions, positions } = complex;
  const jumps = slopeJumps(complex, affineFunctions(complex));
  let text = 'edge,x0,y0,x1,y1,layer,neuron,slope_jump,region,other_region\n';
  for (let edge = 0; edge < edgeCount; edge++) {
    const [a, b] = [2 * edgeVertices[2 * edge], 2 * edgeVertices[2 * edge + 1]];
    const label = edgeLabels[edge];
    const other = edgeRegions[2 * edge + 1];
    const cells = [
      edge,
      positions[a],
      positions[a + 1],
      positions[b],
      positions[b + 1],
      label < 0 ? '' : Math.floor(label / neuronStride),
      label < 0 ? '' : label % neuronStride,
      jumps[edge],
      edgeRegions[2 * edge],
      other < 0 ? '' : other,
    ];
    text += `${cells.join(',')}\n`;
    if (edge % 1000 === 999) {
      yield text;
      text = '';
    }
  }
  yield text;
}
