/** `export`: an entry as one file for other people and other programs. */
import { metricsCsv, metricsParquet, type MetricsColumn } from '../../experiments/formats/metrics-table.ts';
import { entryArchive } from '../lab/exports/entry-archive.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import type { ShownEntry } from '../lab/comparisons/shown-entry.ts';
import { entryColumns } from '../lab/exports/exported-data.ts';
import { diskFileSystem, replaceBy, writeParts } from '../lab/disk/files.ts';
import { LabError } from '../lab/disk/lab-error.ts';
import type { Command } from './command.ts';
import { formatBytes, printJson, printLine } from './console-output.ts';
import { withEntry, withShown } from './entry-cell.ts';
import { exportPage } from './export-page.ts';
import { writeOutput } from './frame-output.ts';
import { ProgressDisplay } from './run-progress.ts';
import { UserError } from './user-error.ts';

/** What an export tells about itself. */
type Facts = Readonly<Record<string, number>>;

const tables: Readonly<Record<string, (entry: ShownEntry, out: string) => Promise<Facts>>> = {
  csv: (entry, out) => exportTable(entry, out, (columns) => new TextEncoder().encode(metricsCsv(columns))),
  parquet: (entry, out) => exportTable(entry, out, metricsParquet),
};

export const exportCommand: Command = {
  usage: 'ENTRY [--limit MB] --out F.html|F.eln|F.csv|F.parquet',
  summary:
    'the whole entry as a page (.html, at most 25 MB) or an archive for others (.eln), or the measures of all cells as a table',
  options: { out: 'text', limit: 'text' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const out = args.requiredText('out');
    if (out.endsWith('.html')) {
      await exportPage(args, out);
      return 0;
    }
    const table = Object.entries(tables).find(([ending]) => out.endsWith(`.${ending}`))?.[1];
    if (table === undefined && !out.endsWith('.eln'))
      throw new UserError(`--out must end in .html, .eln, .${Object.keys(tables).join(', .')}, is '${out}'`);
    const tell = (entry: string, facts: Facts): void => {
      if (args.flag('json')) printJson({ out, entry, ...facts });
      else printLine(out);
    };
    if (table === undefined)
      await withEntry(args, 'read', async (entry) => tell(entry.id, await exportArchive(entry, out)));
    else await withShown(args, async (entry) => tell(entry.id, await table(entry, out)));
    return 0;
  },
};

async function exportTable(
  entry: ShownEntry,
  out: string,
  encode: (columns: readonly MetricsColumn[]) => Uint8Array,
): Promise<Facts> {
  const columns = await entryColumns(entry);
  const bytes = encode(columns);
  await writeOutput(out, bytes);
  return { bytes: bytes.length, rows: columns[0]?.values.length ?? 0, columns: columns.length };
}

async function exportArchive(entry: EntryStore, out: string): Promise<Facts> {
  const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
  const controller = new AbortController();
  const stop = (): void => controller.abort(new LabError('refused', 'Stopped; nothing was written.'));
  process.once('SIGINT', stop);
  const { signal } = controller;
  try {
    const archive = await entryArchive(entry, {
      signal,
      onProgress: (done, of) => display.update(() => [`reading ${formatBytes(done)} of ${formatBytes(of)}`]),
    });
    await replaceBy(diskFileSystem, out, (temporary) =>
      writeParts(diskFileSystem, temporary, watched(archive.parts(), signal)),
    );
    return { bytes: archive.size, files: archive.files, cells: entry.json.cells.length };
  } finally {
    display.end();
    process.off('SIGINT', stop);
  }
}

async function* watched(parts: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    signal.throwIfAborted();
    yield part;
  }
}
