/** Reading stored previews in a worker. */
import type { Preview } from '../../experiments/entries/snapshot.ts';
import type { PreviewBlock } from '../contract/results.ts';
import { diskFileSystem } from '../lab/files.ts';
import { LogFile } from '../lab/log-file.ts';
import { previewBlock } from '../lab/preview-block.ts';
import type { PreviewPlaces } from '../lab/preview-positions.ts';
import { readStoredPreview } from '../lab/stored-records.ts';

/** Previews of a cell's snapshots from number `from` on, one for each epoch, and where they lie. */
export interface PreviewRead {
  readonly cellId: string;
  readonly from: number;
  readonly epochs: readonly number[];
  readonly places: PreviewPlaces;
}

/** The previews; missing and damaged ones are left blank. */
export async function readPreviewBlock({ cellId, from, epochs, places }: PreviewRead): Promise<PreviewBlock> {
  const log = new LogFile(diskFileSystem, places.path, false);
  try {
    const previews: (Preview | null)[] = [];
    for (const position of places.positions) {
      previews.push(position === null ? null : await readStoredPreview(log, position));
    }
    return previewBlock(cellId, from, epochs, previews);
  } finally {
    await log.close();
  }
}
