/** `show`: one entry with its cells, their states and last figures. */
import { verdictJson } from '../../experiments/findings/verdict-text.ts';
import { toldState } from '../../experiments/records/cell-state.ts';
import { formatError, formatShare } from '../../experiments/text/number-format.ts';
import { formulaOfSweep } from '../../experiments/sweeps/sweep.ts';
import { registeredVerdicts } from '../lab/findings/entry-verdicts.ts';
import { noteClaims, type NoteClaim } from '../lab/verification/note-claims.ts';
import { entryFigures } from './cell-figures.ts';
import type { Command } from './command.ts';
import {
  alignColumns,
  formatBytes,
  formatDuration,
  printJson,
  printLine,
  printLines,
} from './console-output.ts';
import { queuedCells, withEntry } from './entry-cell.ts';
import { verdictLines } from './findings.ts';

export const showCommand: Command = {
  usage: 'ENTRY [--digests]',
  summary:
    'shows an entry: cells, states, last figures, what its notes cite; with --digests the digest of every snapshot',
  options: { digests: 'flag' },
  positionals: { min: 1, max: 1 },
  run: (args) =>
    withEntry(args, 'read', async (entry, notebook) => {
      const queued = await queuedCells(notebook);
      const figures = await entryFigures(entry, args.flag('digests'));
      const cells = figures.map((cell) => ({
        ...cell,
        state: toldState(cell.state, queued.has(`${entry.id}/${cell.id}`)),
      }));
      const claims = await noteClaims(entry);
      const verdicts = (await registeredVerdicts(entry)).claims;
      const formula = formulaOfSweep(entry.sweepText);
      if (args.flag('json')) {
        const { title, created, environment, receipts } = entry.json;
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
        return 0;
      }
      printLine(`${entry.json.title}  (${entry.id})`);
      printLine(entry.path);
      const { engine } = entry.json.environment;
      if (engine !== undefined) printLine(engine);
      if (formula !== null) printLine(`formula: ${formula}`);
      const rows = cells.map((cell) => [
        cell.id,
        cell.label,
        cell.state,
        cell.engine,
        `${cell.epoch ?? '-'}/${cell.epochs}`,
        formatError(cell.trainMse),
        formatError(cell.truth?.mse ?? null),
        formatShare(cell.truth?.iou ?? null),
        cell.distinctHashes?.toLocaleString('en') ?? '-',
        formatDuration(cell.seconds),
        cell.bytesPerSnapshot === null ? '-' : formatBytes(cell.bytesPerSnapshot),
      ]);
      const head = [
        'cell',
        'label',
        'state',
        'engine',
        'epoch',
        'train MSE',
        'true MSE',
        'IoU',
        'hashes',
        'time',
        'a snapshot',
      ];
      printLines(alignColumns([head, ...rows], [4, 5, 6, 7, 8, 9, 10]));
      for (const cell of cells) {
        for (const [epoch, weights, link] of cell.digests ?? [])
          printLine(`${cell.id}  ${epoch}  ${weights}  ${link}`);
      }
      for (const cell of cells) for (const problem of cell.problems) printLine(`${cell.id}: ${problem}`);
      if (claims.length > 0) printLine('cited in notes.md:');
      alignColumns(claims.map(claimRow)).forEach(printLine);
      verdictLines(verdicts).forEach(printLine);
      return 0;
    }),
};

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
