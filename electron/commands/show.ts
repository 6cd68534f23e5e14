/** `show`: one entry with its cells, their states and last figures. */
import type { EngineName } from '../../experiments/engines/engine.ts';
import { verdictJson } from '../../experiments/findings/verdict-text.ts';
import { wholeTruth } from '../../experiments/records/measures.ts';
import { formatError, formatShare } from '../../experiments/text/number-format.ts';
import { parameterCount } from '../../experiments/network/shape.ts';
import { engineOfCell } from '../../experiments/sweeps/cell-engine.ts';
import { shapeOfCell } from '../../experiments/sweeps/cell-network.ts';
import { formulaOfSweep } from '../../experiments/sweeps/sweep.ts';
import { registeredVerdicts } from '../lab/findings/entry-verdicts.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import { noteClaims, type NoteClaim } from '../lab/verification/note-claims.ts';
import type { Command } from './command.ts';
import { alignColumns, formatBytes, formatDuration, printJson, printLine } from './console-output.ts';
import { withEntry } from './entry-cell.ts';
import { verdictLines } from './findings.ts';

export const showCommand: Command = {
  usage: 'ENTRY [--digests]',
  summary:
    'shows an entry: cells, states, last figures, what its notes cite; with --digests the digest of every snapshot',
  options: { digests: 'flag' },
  positionals: { min: 1, max: 1 },
  run: (args) =>
    withEntry(args, 'read', async (entry) => {
      const cells = await cellFigures(entry, args.flag('digests'));
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
      alignColumns([head, ...rows], [4, 5, 6, 7, 8, 9, 10]).forEach(printLine);
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

interface CellFigures {
  readonly id: string;
  readonly label: string;
  readonly state: string;
  /** What trains it. */
  readonly engine: EngineName;
  readonly parameters: number;
  readonly epochs: number;
  readonly epoch: number | null;
  readonly trainMse: number | null;
  readonly validationMse: number | null;
  readonly truth: { readonly stride: number; readonly mse: number; readonly iou: number | null } | null;
  readonly distinctHashes: number | null;
  readonly snapshots: number;
  /** On disk, with its share of key frames, previews and measures; and against its weights alone. */
  readonly bytesPerSnapshot: number | null;
  readonly bytesPerWeights: number | null;
  readonly seconds: number;
  readonly problems: readonly string[];
  /** Epoch, digest of the weights and link of every snapshot, where asked for. */
  readonly digests?: readonly (readonly [number, string, string])[];
}

async function cellFigures(entry: EntryStore, withDigests: boolean): Promise<CellFigures[]> {
  const figures: CellFigures[] = [];
  for (const cell of entry.json.cells) {
    const store = await entry.cell(cell.id);
    const snapshots = store.index();
    const last = snapshots.at(-1);
    const parameters = parameterCount(shapeOfCell(cell.config));
    const bytesPerSnapshot = snapshots.length === 0 ? null : store.storedBytes / snapshots.length;
    figures.push({
      id: cell.id,
      label: cell.label,
      state: store.state,
      engine: engineOfCell(cell.config),
      parameters,
      epochs: cell.epochs,
      epoch: last?.epoch ?? null,
      trainMse: last?.metrics.trainMse ?? null,
      validationMse: last?.metrics.validationMse ?? null,
      truth: last === undefined ? null : wholeTruth(last.metrics),
      distinctHashes: last?.metrics.distinctHashes ?? null,
      snapshots: snapshots.length,
      bytesPerSnapshot,
      bytesPerWeights: bytesPerSnapshot === null ? null : bytesPerSnapshot / (4 * parameters),
      seconds: last?.seconds ?? 0,
      problems: store.problems.messages,
      ...(withDigests
        ? { digests: snapshots.map((facts) => [facts.epoch, facts.weightsDigest, facts.link]) }
        : {}),
    });
  }
  return figures;
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
