/** `compare`: cells of several entries as one comparison, which the other commands and the app take like an entry. */
import { filteredCells } from '../../experiments/charts/chart-request.ts';
import type { ComparisonPart } from '../../experiments/comparisons/comparison-file.ts';
import { varyingAxes } from '../../experiments/sweeps/swept-axes.ts';
import { axisText } from '../../experiments/text/axis-text.ts';
import { isoTime } from '../lab/disk/iso-time.ts';
import { freeComparisonName, writeComparison } from '../lab/comparisons/comparison-files.ts';
import { shownEntry } from '../lab/comparisons/shown-entry.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import { entryChartCells } from '../lab/exports/chart-cells.ts';
import { openNotebook, type Notebook } from '../lab/notebook/notebook.ts';
import type { Command } from './command.ts';
import { printJson, printLine, remark } from './console-output.ts';
import { remarkOnComparison } from './entry-cell.ts';
import { UserError } from './user-error.ts';

export const compareCommand: Command = {
  usage: 'ENTRY[:CELL|FILTER] ENTRY[:CELL|FILTER] ... [--out NAME] [--title TEXT] [--x AXIS] [--y AXIS]',
  summary:
    'names cells of several entries in comparisons/NAME, where nothing is copied; grid, chart, film, export and show take it like an entry',
  options: { out: 'text', title: 'text', x: 'text', y: 'text' },
  positionals: { min: 1, max: 100 },
  async run(args) {
    const notebook = await openNotebook(args.notebook(), { mode: 'read' });
    try {
      const meant = await Promise.all(args.positionals.map((words) => partMeant(notebook, words)));
      const parts = joined(meant.map(({ part }) => part));
      const title = args.text('title') ?? [...new Set(meant.map((one) => one.title))].join(' beside ');
      const comparison = {
        title: title.slice(0, 300),
        created: isoTime(new Date()),
        parts,
        layout: { x: args.text('x') ?? null, y: args.text('y') ?? null },
      };
      const name = args.text('out') ?? (await freeComparisonName(diskFileSystem, notebook.dir, title));
      const place = await writeComparison(diskFileSystem, notebook.dir, name, comparison);
      const shown = await shownEntry(notebook, place.id);
      const axes = varyingAxes(shown.json.cells);
      remarkOnComparison(shown);
      const count = shown.json.cells.length;
      remark(
        `${count} cells of ${parts.length} entries; they differ in ${axes.map((axis) => axisText(axis.name)).join(', ')}`,
      );
      const { path, id } = place;
      if (args.flag('json')) printJson({ comparison: path, id, name: place.name, cells: count, axes });
      else printLine(path);
      return 0;
    } finally {
      await notebook.close();
    }
  },
};

/** What ENTRY, ENTRY:CELL (a beginning of the id will do) or ENTRY:FILTER means. */
async function partMeant(
  notebook: Notebook,
  words: string,
): Promise<{ readonly part: ComparisonPart; readonly title: string }> {
  // A drive's letter is no entry.
  const at = words.indexOf(':', 2);
  const entry = await notebook.find(at < 0 ? words : words.slice(0, at));
  const { title, cells } = entry.json;
  if (at < 0) return { part: { entry: entry.id, cells: 'all' }, title };
  const choice = words.slice(at + 1).trim();
  const byId = /^[0-9a-f]+$/.test(choice) ? cells.filter(({ id }) => id.startsWith(choice)) : [];
  if (byId.length > 1)
    throw new UserError(`'${words}' may be ${byId.map(({ id }) => id).join(', ')}; give more of the id`);
  const chosen = byId.length === 1 ? byId : filteredCells(await entryChartCells(entry), choice, 'last');
  if (chosen.length === 0) throw new UserError(`no cell of entry ${entry.id} is meant by '${choice}'`);
  return { part: { entry: entry.id, cells: chosen.map(({ id }) => id) }, title };
}

/** One part an entry: cells that are named twice are there once. */
function joined(parts: readonly ComparisonPart[]): ComparisonPart[] {
  const byEntry = new Map<string, ComparisonPart>();
  for (const part of parts) {
    const { cells: before = [] } = byEntry.get(part.entry) ?? {};
    const isWhole = before === 'all' || part.cells === 'all';
    byEntry.set(part.entry, {
      entry: part.entry,
      cells: isWhole ? 'all' : [...new Set([...before, ...part.cells])],
    });
  }
  return [...byEntry.values()];
}
