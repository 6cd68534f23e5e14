/** Previews side by side in two arrays, as they travel to whoever shows them. */
import type { Preview } from '../../experiments/entries/snapshot.ts';
import type { PreviewBlock } from '../contract/results.ts';

/**
 * The block of a cell's previews from snapshot number `from` on. Previews of another size than the first one (the size
 * is a cell's for good, so there are none unless a file was damaged) are left blank.
 */
export function previewBlock(cellId: string, from: number, previews: readonly Preview[]): PreviewBlock {
  const { width = 0, height = 0, outputs = 1 } = previews[0] ?? {};
  const valueBytes = width * height * outputs;
  const boundaryBytes = Math.ceil((width * height) / 8);
  const values = new Uint8Array(previews.length * valueBytes);
  const boundary = new Uint8Array(previews.length * boundaryBytes);
  previews.forEach((preview, at) => {
    if (preview.values.length !== valueBytes || preview.boundary.length !== boundaryBytes) return;
    values.set(preview.values, at * valueBytes);
    boundary.set(preview.boundary, at * boundaryBytes);
  });
  const epochs = Uint32Array.from(previews, ({ epoch }) => epoch);
  return { cellId, from, epochs, width, height, outputs, values, boundary };
}
