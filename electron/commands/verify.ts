/** `verify`: an entry against what its records, frames or a second training say; the verdict is kept as a receipt. */
import { performance } from 'node:perf_hooks';
import type { Finding } from '../../experiments/entries/chain-verification.ts';
import { percent, totalAgreement } from '../../experiments/entries/frame-agreement.ts';
import { createBackground } from '../lab/background/background.ts';
import { createComputePool, defaultThreads } from '../compute/compute-pool.ts';
import { createNodeGpuHost } from '../compute/gpu-process.ts';
import { environmentRecord } from '../compute/environment.ts';
import type { CellVerdict, EntryVerdict } from '../lab/verification/chain-level.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import { findingText } from '../lab/verification/finding-text.ts';
import { chosenCells } from '../lab/exports/chosen-cells.ts';
import { LabError } from '../lab/disk/lab-error.ts';
import { openNotebook } from '../lab/notebook/notebook.ts';
import {
  framesPerCell,
  methodOf,
  progressText,
  receiptOf,
  verifyEntry,
  verifyLevels,
  type VerifyLevel,
} from '../lab/calls/verify-entry.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { alignColumns, printJson, printLine, remark } from './console-output.ts';
import { withEntry } from './entry-cell.ts';
import { ProgressDisplay } from './run-progress.ts';

export const verifyCommand: Command = {
  usage: 'ENTRY [--where FILTER] [--level chain|frames|measures|rerun] [--snapshots N|all] [--threads N]',
  summary:
    'checks that nothing was altered and that the notes claim what was recorded (chain), recomputes frames with onnxruntime (frames), measures and verdicts from the weights (measures), or trains again (rerun)',
  options: { where: 'text', level: 'text', snapshots: 'text', threads: 'text' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const level = args.choice('level', verifyLevels) ?? 'chain';
    const verdict = await withEntry(args, 'read', (entry) => verified(entry, level, args));
    if (args.text('where') === undefined) await keepReceipt(args, level, verdict);
    else remark('Some of the cells were looked at: no receipt is kept in the entry.');
    // Claims of the notes are no alteration: the kept receipt is about what was recorded, the answer about both.
    const { claims = [] } = verdict;
    const holds = verdict.holds && claims.length === 0;
    if (args.flag('json')) printJson({ level, ...methodOf(level), ...verdict, holds });
    else print(level, verdict, claims);
    return holds ? 0 : 1;
  },
};

async function verified(entry: EntryStore, level: VerifyLevel, args: Arguments): Promise<EntryVerdict> {
  const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
  const controller = new AbortController();
  const stop = (): void => controller.abort(new LabError('refused', 'Stopped; there is no verdict.'));
  process.once('SIGINT', stop);
  const background = createBackground();
  // The GPU starts with the first cell that it is asked to train.
  const gpu = createNodeGpuHost();
  const executor = createComputePool(args.whole('threads', 1, 256) ?? defaultThreads(), { gpu });
  try {
    const verdict = await verifyEntry({
      notebook: args.notebook(),
      entry,
      cells: args.text('where') === undefined ? null : await chosenCells(entry, args.text('where')),
      level,
      snapshots: snapshotsFrom(args),
      background,
      executor,
      adapter: () => executor.gpuAdapter(),
      signal: controller.signal,
      onProgress: ({ done, of }) => display.update(() => [`${done}/${of} ${progressText[level]}`]),
    });
    display.end();
    return verdict;
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    process.off('SIGINT', stop);
    await Promise.all([background.close(), executor.close()]);
  }
}

function snapshotsFrom(args: Arguments): number | null {
  if (args.text('snapshots') === 'all') return null;
  return args.whole('snapshots', 1, 10_000_000) ?? framesPerCell;
}

/** Writes the verdict into the entry where the notebook can be written to now. */
async function keepReceipt(args: Arguments, level: VerifyLevel, verdict: EntryVerdict): Promise<void> {
  try {
    const notebook = await openNotebook(args.notebook(), { mode: 'write' });
    try {
      const entry = await notebook.find(args.positional(0));
      await entry.addReceipt(receiptOf(level, verdict, environmentRecord()));
    } finally {
      await notebook.close();
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    remark(`The verdict was not kept in the entry: ${error.message}`);
  }
}

const doneText: Readonly<Record<VerifyLevel, string>> = {
  chain: 'snapshots whole and linked',
  frames: 'snapshots recomputed',
  measures: 'rows measured again',
  rerun: 'snapshots trained again and compared',
};

/** What a level does with snapshots that have no weights any more. */
function thinnedText(level: VerifyLevel, thinned = 0): string {
  if (thinned === 0 || level === 'measures') return '';
  const text = {
    chain: 'of them without weights',
    frames: 'without weights left out',
    rerun: 'of them by their digests',
  }[level];
  return `, ${thinned.toLocaleString('en')} ${text}`;
}

function print(
  level: VerifyLevel,
  { holds, findings, cells }: EntryVerdict,
  claims: readonly Finding[],
): void {
  const rows = cells.map((cell) => [
    cell.id,
    cell.label,
    cell.holds ? 'holds' : 'DOES NOT HOLD',
    `${cell.snapshots.toLocaleString('en')} ${doneText[level]}${thinnedText(level, cell.thinned)}`,
    frameText(cell),
  ]);
  alignColumns(rows, [3]).forEach(printLine);
  for (const { id, comparison } of cells) if (comparison !== undefined) printLine(`${id}: ${comparison}`);
  for (const finding of [...findings, ...cells.flatMap((cell) => cell.findings)]) {
    printLine(`${finding.cell ?? 'entry'}: ${findingText(finding)}`);
  }
  const { method, tolerance } = methodOf(level);
  printLine(`how: ${method}`);
  printLine(`tolerance: ${tolerance}`);
  printLine(holds ? `${level}: everything holds` : `${level}: something does not hold`);
  claims.forEach((claim) => printLine(findingText(claim)));
  if (claims.length > 0) printLine('claims: the notes say something else than the records');
}

function frameText({ frames }: CellVerdict): string {
  if (frames === undefined || frames.length === 0) return '';
  const { pixels, equalHashes, largestDifference, typicalDifference } = totalAgreement(frames);
  return `${percent(equalHashes / pixels)} of hashes equal, values within ${largestDifference.toExponential(1)}, ${typicalDifference.toExponential(1)} typically`;
}
