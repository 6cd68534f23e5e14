/** Verifying an entry at one of three levels, and the receipt that is kept of it. */
import { frameToleranceText } from '../../../experiments/entries/frame-agreement.ts';
import type { EntryCell, EntryReceipt } from '../../../experiments/entries/entry-schema.ts';
import type { Background } from '../background/background.ts';
import type { BackgroundProgress } from '../background/background-protocol.ts';
import { measuresToleranceText } from '../findings/measures-level.ts';
import { onnxLibraryText } from '../../compute/onnx-host.ts';
import type { EntryVerdict } from '../verification/chain-level.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { findingText } from '../verification/finding-text.ts';
import { rerunToleranceText } from '../verification/rerun-comparison.ts';
import { verifyByRerun } from '../verification/rerun-level.ts';
import type { CellExecutor } from '../../compute/cell-executor.ts';

/** Levels of verification, the quickest first. */
export const verifyLevels = ['chain', 'frames', 'measures', 'rerun'] as const;
/** How deep a verification looks: at the records, at frames, at measures and verdicts, or by training again. */
export type VerifyLevel = (typeof verifyLevels)[number];

/** Snapshots of each cell whose frames are compared where nobody says how many. */
export const framesPerCell = 20;

/** Findings of a cell that entry.json keeps; all of them are shown. */
const keptFindings = 200;
const maxFindingLength = 1000;

/** What is to be verified, and with what. */
export interface VerificationRequest {
  /** Folder of the notebook, and the entry in it. */
  readonly notebook: string;
  readonly entry: EntryStore;
  /** Those that are looked at; null: all. */
  readonly cells: readonly EntryCell[] | null;
  readonly level: VerifyLevel;
  /** Snapshots of each cell at levels 'frames' and 'measures'; null: all. */
  readonly snapshots: number | null;
  readonly background: Background;
  /** Trains again at level 'rerun'. */
  readonly executor: CellExecutor;
  /** What the GPU computes on; rejects where there is none. */
  adapter(): Promise<string>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BackgroundProgress) => void;
}

/** What progress counts, by level. */
export const progressText: Readonly<Record<VerifyLevel, string>> = {
  chain: 'cells checked',
  frames: 'frames compared',
  measures: 'snapshots measured again',
  rerun: 'epochs trained again',
};

/** The verdict of a level. Rejects with the signal's reason, or an AbortError, after an abort. */
export async function verifyEntry(request: VerificationRequest): Promise<EntryVerdict> {
  const { notebook, entry, level, snapshots, background, signal, onProgress } = request;
  const cells = request.cells?.map(({ id }) => id) ?? null;
  const task = { notebook, entryId: entry.path, cells };
  if (level === 'chain') return background.run('chain', task, { signal, onProgress });
  if (level === 'frames') return background.run('frames', { ...task, snapshots }, { signal, onProgress });
  if (level === 'measures')
    return background.run('verify-measures', { ...task, snapshots }, { signal, onProgress });
  return rerun(request);
}

async function rerun({
  entry,
  cells: wanted,
  executor,
  adapter,
  signal,
  onProgress,
}: VerificationRequest): Promise<EntryVerdict> {
  const shares = new Map<string, BackgroundProgress>();
  const cells = await verifyByRerun({
    entry,
    ...(wanted === null ? {} : { cells: wanted }),
    executor,
    adapter,
    signal,
    onProgress: (cellId, done, of) => {
      shares.set(cellId, { done, of });
      const all = [...shares.values()];
      onProgress({
        done: all.reduce((sum, share) => sum + share.done, 0),
        of: all.reduce((sum, share) => sum + share.of, 0),
      });
    },
  });
  signal.throwIfAborted();
  return { holds: cells.every(({ holds }) => holds), findings: [], cells };
}

/** How a level checks and what it lets pass, in words. */
export function methodOf(level: VerifyLevel): { readonly method: string; readonly tolerance: string } {
  switch (level) {
    case 'chain':
      return {
        method:
          'checksums, digests and SHA-256 links of all records; digests of entry.json, sweep and pictures',
        tolerance: 'none: every byte',
      };
    case 'frames':
      return {
        method: `${onnxLibraryText()} on the network's ONNX model, beside the lab's own kernels, both in float64, and the stored previews`,
        tolerance: frameToleranceText,
      };
    case 'measures':
      return {
        method:
          'measures computed again from the stored weights, the log of claims, every verdict judged again from its cells',
        tolerance: measuresToleranceText,
      };
    case 'rerun':
      return { method: 'every cell trained again from its configuration', tolerance: rerunToleranceText };
  }
}

/** The receipt of a verdict, without its time. */
export function receiptOf(
  level: VerifyLevel,
  verdict: EntryVerdict,
  environment: Readonly<Record<string, string>>,
): Omit<EntryReceipt, 'time'> {
  const cells = verdict.cells.map(({ id, holds, snapshots, findings, frames }) => ({
    id,
    holds,
    snapshots,
    findings: findings
      .slice(0, keptFindings)
      .map((finding) => findingText(finding).slice(0, maxFindingLength)),
    ...(frames === undefined
      ? {}
      : {
          frames: frames.map(({ epoch, pixels, equalHashes, largestDifference, holds: frameHolds }) => ({
            epoch,
            holds: frameHolds,
            equalHashes: equalHashes / pixels,
            // JSON knows no infinity.
            largestDifference: Math.min(Number.MAX_VALUE, largestDifference),
          })),
        }),
  }));
  return { level, holds: verdict.holds, ...methodOf(level), environment: { ...environment }, cells };
}
