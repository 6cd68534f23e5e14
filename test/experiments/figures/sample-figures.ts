/** Figures for the tests of the comparison grid. */
import { unitView } from '../../../experiments/engines/engine.ts';
import type { GridCell, GridFigure } from '../../../experiments/figures/grid-figure.ts';
import type { RgbaImage } from '../../../experiments/drawing/colouring.ts';

export function imageOf(width: number, height: number, level = 200): RgbaImage {
  const bytes = new Uint8Array(4 * width * height).fill(level);
  for (let at = 3; at < bytes.length; at += 4) bytes[at] = 255;
  return { width, height, bytes };
}

export const sampleCell: GridCell = {
  image: imageOf(8, 8),
  parameters: 27091,
  points: 3,
  epoch: 6000,
  data: {
    coordinates: Float32Array.from([0.5, 0.25, 0, 1, 0.125, 0.75]),
    labels: Float32Array.from([0, 1, 1]),
  },
  score: { mse: 0.0123, iou: 0.48 },
  baselines: {
    nearest: { mse: 0.02, iou: 0.3 },
    smoothing: { mse: 0.0311, iou: 0.25 },
    constant: { mse: 0.0439, iou: 0 },
  },
  remark: null,
};

export function figureOf(changes: Partial<GridFigure> = {}): GridFigure {
  return {
    title: 'Ring',
    subtitle: 'Adam at 0.001, seed 1',
    columns: { title: 'training points', values: ['5,000', '312'] },
    rows: null,
    cells: [[sampleCell, sampleCell]],
    truth: imageOf(8, 8, 255),
    drawing: 'prediction',
    map: 'grey',
    hasCreases: true,
    formula: null,
    outputs: 1,
    view: unitView,
    measured: [{ pixels: 1_048_576, stride: 1 }],
    provenance: {
      sweep: 'ring',
      entry: '2026-11-20-ring-k3f9',
      date: '2026-11-20',
      program: 'Creasebook 0.1.0',
    },
    recipe: {
      format: 'creasebook recipe',
      version: 1,
      program: 'Creasebook 0.1.0',
      drawing: { kind: 'grid', options: {} },
      entry: null,
      cells: [],
      sweep: 'name: <ring> & "co"\n',
    },
    cellSize: 200,
    ...changes,
  };
}
