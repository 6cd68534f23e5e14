/** `export`: an entry as one file for other people and other programs. */
import { metricsCsv, metricsParquet, type MetricsColumn } from '../../experiments/formats/metrics-table.ts';
import { csvText } from '../../experiments/formats/csv.ts';
import { chosenCells } from '../lab/exports/chosen-cells.ts';
import { tableOver } from '../lab/exports/cells-over.ts';
import type { Arguments } from './arguments.ts';
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

type TableExporter = (entry: ShownEntry, out: string, args: Arguments) => Promise<Facts>;

const tables: Readonly<Record<string, TableExporter>> = {
  csv: (entry, out, args) =>
    args.text('over') === undefined
      ? exportTable(entry, out, args, (columns) => new TextEncoder().encode(metricsCsv(columns)))
      : exportTableOver(entry, out, args),
  parquet: (entry, out, args) => exportTable(entry, out, args, metricsParquet),
};

export const exportCommand: Command = {
  usage: 'ENTRY [--where FILTER] [--over AXIS] [--limit MB] --out F.html|F.eln|F.csv|F.parquet',
  summary:
    'the whole entry as a page (.html, at most 25 MB) or an archive for others (.eln), or the measures of cells as a table; with --over seed a row for all seeds: means, medians, quartiles and ends',
  options: { out: 'text', limit: 'text', where: 'text', over: 'text' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const out = args.requiredText('out');
    refuseChoice(args, out);
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
    else await withShown(args, async (entry) => tell(entry.id, await table(entry, out, args)));
    return 0;
  },
};

async function exportTable(
  entry: ShownEntry,
  out: string,
  args: Arguments,
  encode: (columns: readonly MetricsColumn[]) => Uint8Array,
): Promise<Facts> {
  const columns = await entryColumns(entry, await chosenCells(entry, args.text('where')));
  const bytes = encode(columns);
  await writeOutput(out, bytes);
  return { bytes: bytes.length, rows: columns[0]?.values.length ?? 0, columns: columns.length };
}

async function exportTableOver(entry: ShownEntry, out: string, args: Arguments): Promise<Facts> {
  const cells = await chosenCells(entry, args.text('where'));
  const { head, rows } = await tableOver(entry, cells, args.requiredText('over'));
  const bytes = new TextEncoder().encode(csvText(head, rows));
  await writeOutput(out, bytes);
  return { bytes: bytes.length, rows: rows.length, columns: head.length };
}

/** Pages and archives are of whole entries, and only text tables say how measures lie over an axis. */
function refuseChoice(args: Arguments, out: string): void {
  const isTable = out.endsWith('.csv') || out.endsWith('.parquet');
  if (!isTable && args.text('where') !== undefined)
    throw new UserError(
      '--where chooses cells for tables (.csv, .parquet); pages and archives hold whole entries',
    );
  if (!out.endsWith('.csv') && args.text('over') !== undefined)
    throw new UserError('--over makes a table of means, medians and quartiles: --out must end in .csv');
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
