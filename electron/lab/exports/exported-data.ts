/** What an entry is exported as, in memory: the archive for others, or its measures as a table. */
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import {
  metricsCsv,
  metricsParquet,
  MetricsTable,
  type MetricsColumn,
} from '../../../experiments/formats/metrics-table.ts';
import type { ExportedFile } from '../../contract/exports.ts';
import { entryArchive } from './entry-archive.ts';
import { slugOf } from '../notebook/entry-names.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { recordedSnapshots } from '../comparisons/recorded-snapshots.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';
import { LabError } from '../disk/lab-error.ts';

/** Largest archive that is handed over in one piece. */
const maxBytes = 512 * 2 ** 20;

/** Columns of the measures of cells of an entry, of all where none are given. */
export async function entryColumns(
  entry: ShownEntry,
  cells: readonly EntryCell[] = entry.json.cells,
): Promise<MetricsColumn[]> {
  const table = new MetricsTable();
  const recorded = await recordedSnapshots(entry);
  try {
    for (const json of cells) table.add({ cell: sweepCellFrom(json), snapshots: await recorded.of(json.id) });
  } finally {
    await recorded.close();
  }
  return table.columns();
}

/** The measures of all cells as a table. */
export async function exportedTable(entry: ShownEntry, format: 'parquet' | 'csv'): Promise<ExportedFile> {
  const columns = await entryColumns(entry);
  const name = `${slugOf(entry.json.name)}-metrics.${format}`;
  return format === 'csv'
    ? { name, type: 'text/csv', bytes: new TextEncoder().encode(metricsCsv(columns)) }
    : { name, type: 'application/vnd.apache.parquet', bytes: metricsParquet(columns) };
}

/** The whole entry for others. Throws LabError 'refused' where it is too large for one message. */
export async function exportedArchive(
  entry: EntryStore,
  onProgress: (progress: { readonly done: number; readonly of: number }) => void,
): Promise<ExportedFile> {
  const { signal } = new AbortController();
  const archive = await entryArchive(entry, { signal, onProgress: (done, of) => onProgress({ done, of }) });
  if (archive.size > maxBytes) {
    throw new LabError(
      'refused',
      'The archive would have more than 512 MB. The command line writes it: creasebook export ENTRY --out F.eln.',
    );
  }
  const bytes = new Uint8Array(archive.size);
  let at = 0;
  for await (const part of archive.parts()) {
    bytes.set(part, at);
    at += part.length;
  }
  return { name: archive.name, type: 'application/vnd.eln+zip', bytes };
}
