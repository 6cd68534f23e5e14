/** The picture on an entry's card: the last preview of every cell in the grid's order. */
import type { PreviewBlock } from '../../electron/contract/frames.ts';
import type { Settings } from '../../electron/contract/app.ts';
import { paint } from './paint.ts';
import { pictureOfBlock } from '../frames/raw-planes.ts';

const gap = 6;
/** Larger grids are drawn from fewer pixels. */
const maxPixels = 1200;

/** A single long row is broken into several, so that its pictures are not tiny. */
function suitedColumns(count: number, columns: number): number {
  return columns >= count && count > 3 ? Math.ceil(Math.sqrt(1.5 * count)) : columns;
}

/** Draws the cells of a card side by side, `gridColumns` in a row; holes stay empty. */
export function paintCover(
  canvas: HTMLCanvasElement,
  blocks: readonly PreviewBlock[],
  cellIds: readonly (string | null)[],
  gridColumns: number,
  map: Settings['map'],
): void {
  const [first] = blocks;
  if (first === undefined || gridColumns < 1) return;
  const { width, height } = first;
  const columns = suitedColumns(cellIds.length, gridColumns);
  const rows = Math.ceil(cellIds.length / columns);
  const scale = Math.min(1, maxPixels / (columns * (width + gap)));
  canvas.width = Math.round(scale * (columns * (width + gap) - gap));
  canvas.height = Math.round(scale * (rows * (height + gap) - gap));
  const context = canvas.getContext('2d');
  if (context === null) return;
  const one = document.createElement('canvas');
  one.width = width;
  one.height = height;
  const oneContext = one.getContext('2d');
  const byCell = new Map(blocks.map((block) => [block.cellId, block]));
  cellIds.forEach((id, at) => {
    const block = id === null ? undefined : byCell.get(id);
    if (block === undefined || block.width !== width || block.height !== height || oneContext === null)
      return;
    const image = new ImageData(width, height);
    const style = { ground: 'prediction', creases: true, map } as const;
    paint(pictureOfBlock(block, 0), style, {}, new Uint32Array(image.data.buffer));
    oneContext.putImageData(image, 0, 0);
    const x = scale * (at % columns) * (width + gap);
    const y = scale * Math.floor(at / columns) * (height + gap);
    context.drawImage(one, x, y, scale * width, scale * height);
  });
}
