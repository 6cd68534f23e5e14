/** `show`: one entry with its cells, their states and last figures. */
import { verdictJson } from '../../experiments/findings/verdict-text.ts';
import { toldState } from '../../experiments/records/cell-state.ts';
import { formatError, formatShare } from '../../experiments/text/number-format.ts';
import { formulaOfSweep } from '../../experiments/sweeps/sweep.ts';
import { varyingAxes } from '../../experiments/sweeps/swept-axes.ts';
import { axisText } from '../../experiments/text/axis-text.ts';
import type { ComparisonFacts } from '../contract/entries.ts';
import type { ShownEntry } from '../lab/comparisons/shown-entry.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import type { Notebook } from '../lab/notebook/notebook.ts';
import { registeredVerdicts } from '../lab/findings/entry-verdicts.ts';
import { chosenCells } from '../lab/exports/chosen-cells.ts';
import { noteClaims, type NoteClaim } from '../lab/verification/note-claims.ts';
import { queuedCells } from '../lab/queue/queue-file.ts';
import { entryFigures, shownFigures, type CellFigures } from './cell-figures.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import {
  alignColumns,
  formatBytes,
  formatDuration,
  printJson,
  printLine,
  printLines,
  verdictLines,
} from './console-output.ts';
import { withShown } from './entry-cell.ts';

export const showCommand: Command = {
  usage: 'ENTRY|COMPARISON [--where FILTER] [--digests]',
  summary:
    'shows an entry or a comparison: cells, states, last figures, what its notes cite; with --digests the digest of every snapshot',
  options: { digests: 'flag', where: 'text' },
  positionals: { min: 1, max: 1 },
  run: (args) =>
    withShown(args, async (shown, notebook) => {
      if (shown.comparison === undefined)
        await showEntry(await notebook.find(args.positional(0)), notebook, args);
      else await showComparison(shown, shown.comparison, args);
      return 0;
    }),
};

async function showEntry(entry: EntryStore, notebook: Notebook, args: Arguments): Promise<void> {
  const queued = await queuedCells(notebook.fileSystem, notebook.dir);
  const chosen = await chosenCells(entry, args.text('where'));
  const figures = await entryFigures(entry, args.flag('digests'), undefined, chosen);
  const cells = figures.map((cell) => ({
    ...cell,
    state: toldState(cell.state, queued.has(`${entry.id}/${cell.id}`)),
  }));
  const claims = await noteClaims(entry);
  const verdicts = (await registeredVerdicts(entry)).claims;
  const formula = formulaOfSweep(entry.sweepText);
  const { title, created, environment, receipts } = entry.json;
  if (args.flag('json')) {
    const claimed = claims.map(({ text, result }) => ({ text, ...result }));
    printJson({
      id: entry.id,
      title,
      created,
      path: entry.path,
      environment,
      ...(formula === null ? {} : { formula }),
      receipts,
      cells,
      claims: claimed,
      ...(verdicts.length === 0 ? {} : { findings: verdicts.map(verdictJson) }),
    });
    return;
  }
  printLine(`${title}  (${entry.id})`);
  printLine(entry.path);
  const { engine } = environment;
  if (engine !== undefined) printLine(engine);
  if (formula !== null) printLine(`formula: ${formula}`);
  printCells(cells);
  if (claims.length > 0) printLine('cited in notes.md:');
  alignColumns(claims.map(claimRow)).forEach(printLine);
  verdictLines(verdicts).forEach(printLine);
}

async function showComparison(
  shown: ShownEntry,
  { entries, missing, layout, together }: ComparisonFacts,
  args: Arguments,
): Promise<void> {
  const { title, created } = shown.json;
  const chosen = await chosenCells(shown, args.text('where'));
  const cells = await shownFigures(shown, args.flag('digests'), chosen);
  const axes = varyingAxes(shown.json.cells);
  if (args.flag('json')) {
    printJson({
      id: shown.id,
      title,
      created,
      path: shown.path,
      entries,
      missing,
      layout,
      axes,
      together,
      cells,
    });
    return;
  }
  printLine(`${title}  (${shown.id})`);
  printLine(shown.path);
  for (const { id, title: name, cells: count } of entries) printLine(`${id}  ${name}, ${count} cells`);
  printLine(`axes: ${axes.map(({ name, values }) => `${axisText(name)} (${values.length})`).join(', ')}`);
  if (together.length > 0)
    printLine(`differ together between the entries: ${together.map(axisText).join(', ')}`);
  printCells(cells);
}

function printCells(cells: readonly CellFigures[]): void {
  const begun = cells.filter(({ epoch }) => epoch !== null);
  // Own points may come without a true picture.
  const isTruthKnown = begun.length === 0 || begun.some(({ truth }) => truth !== null);
  const measured = isTruthKnown ? ['true MSE', 'IoU'] : ['validation MSE'];
  const errors = isTruthKnown ? truthOf : validationOf;
  const head = [
    'cell',
    'label',
    'state',
    'engine',
    'epoch',
    'train MSE',
    ...measured,
    'hashes',
    'time',
    'a snapshot',
  ];
  const rows = cells.map((cell) => [
    cell.id,
    cell.label,
    cell.state,
    cell.engine,
    `${cell.epoch ?? '-'}/${cell.epochs}`,
    formatError(cell.trainMse),
    ...errors(cell),
    cell.distinctHashes?.toLocaleString('en') ?? '-',
    formatDuration(cell.seconds),
    cell.bytesPerSnapshot === null ? '-' : formatBytes(cell.bytesPerSnapshot),
  ]);
  const numbers = head.map((_, column) => column).slice(4);
  printLines(alignColumns([head, ...rows], numbers));
  if (!isTruthKnown)
    printLine(
      'no true error, no IoU: the points came without a true picture; the validation error takes their place',
    );
  for (const cell of cells) {
    for (const [epoch, weights, link] of cell.digests ?? [])
      printLine(`${cell.id}  ${epoch}  ${weights}  ${link}`);
  }
  for (const { id, thinned, snapshots } of cells)
    if (thinned !== undefined)
      printLine(
        `${id}: ${thinned.toLocaleString('en')} of ${snapshots.toLocaleString('en')} snapshots were thinned: measures without weights`,
      );
  for (const cell of cells) for (const problem of cell.problems) printLine(`${cell.id}: ${problem}`);
}

function truthOf({ truth }: CellFigures): string[] {
  return [formatError(truth?.mse ?? null), formatShare(truth?.iou ?? null)];
}

function validationOf({ validationMse }: CellFigures): string[] {
  return [formatError(validationMse)];
}

const verdictText = {
  holds: 'holds',
  broken: 'DOES NOT HOLD',
  shown: 'no claim',
  unknown: 'NOT FOUND',
} as const;

/** A figure that the notes cite: its verdict, how they write it, and what the records say. */
function claimRow({ text, result }: NoteClaim): string[] {
  const told = result.state === 'unknown' ? result.why : `recorded ${result.value}`;
  return [`  ${verdictText[result.state]}`, `[[${text}]]`, told];
}
