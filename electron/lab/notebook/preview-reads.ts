/** Reading stored previews in a worker. */
import type { Preview } from '../../../experiments/records/snapshot.ts';
import type { PreviewBlock } from '../../contract/frames.ts';
import { diskFileSystem } from '../disk/files.ts';
import { LogFile } from '../disk/log-file.ts';
import { previewBlock } from './preview-block.ts';
import type { PreviewPlaces } from './preview-positions.ts';
import { readStoredPreview } from './stored-records.ts';

/** Previews of a cell from number `from` on, one for each epoch, and where they lie. */
export interface PreviewRead {
  readonly cellId: string;
  readonly from: number;
  readonly epochs: readonly number[];
  readonly places: PreviewPlaces;
}

/** The previews; missing and damaged ones are left blank. */
export async function readPreviewBlock({ cellId, from, epochs, places }: PreviewRead): Promise<PreviewBlock> {
  const log = new LogFile(diskFileSystem, places.path, false, places.range);
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
