/** Previews side by side in two arrays, as they travel to whoever shows them. */
import type { Preview } from '../../../experiments/records/snapshot.ts';
import type { PreviewBlock } from '../../contract/frames.ts';

/**
 * The block of a cell's previews from snapshot number `from` on, one for each epoch. Missing ones, and those of another
 * size than the first (the size is a cell's for good, so there are none unless a file was damaged), are left blank.
 */
export function previewBlock(
  cellId: string,
  from: number,
  epochs: readonly number[],
  previews: readonly (Preview | null)[],
): PreviewBlock {
  const first = previews.find((preview) => preview !== null);
  const { width, height, outputs } = first ?? { width: 0, height: 0, outputs: 1 };
  const valueBytes = width * height * outputs;
  const boundaryBytes = Math.ceil((width * height) / 8);
  const values = new Uint8Array(epochs.length * valueBytes);
  const boundary = new Uint8Array(epochs.length * boundaryBytes);
  previews.forEach((preview, at) => {
    if (preview?.values.length !== valueBytes || preview.boundary.length !== boundaryBytes) return;
    values.set(preview.values, at * valueBytes);
    boundary.set(preview.boundary, at * boundaryBytes);
  });
  return { cellId, from, epochs: Uint32Array.from(epochs), width, height, outputs, values, boundary };
}
