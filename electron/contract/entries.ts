/** One entry: its card, its cells with their measures over time, its verification and its notes. */
import { z } from 'zod';
import type { TruthScore } from '../../experiments/diagnostics/truth-error.ts';
import type { TimedEvent } from '../../experiments/records/record-codec.ts';
import { measureNames, type MeasureName, type TruthMeasure } from '../../experiments/records/measures.ts';
import type { CellFailure, CellState } from '../../experiments/records/snapshot.ts';
import type { AxisValue, CellConfig, SnapshotSettings } from '../../experiments/sweeps/cell.ts';
import { type Progress, call } from './call.ts';
import { cellId, cellIds, entryId, index, tag } from './fields.ts';
import type { LastMeasures } from './last-measures.ts';

const title = z.string().trim().min(1).max(300);

/** Number of cells by state; states without cells are left out. */
export type CellCounts = Readonly<Partial<Record<CellState, number>>>;

/** An entry as the list of entries shows it. */
export interface EntryCard {
  readonly id: string;
  readonly title: string;
  /** Name of the sweep. */
  readonly name: string;
  readonly tags: readonly string[];
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly counts: CellCounts;
  /** Cells of the card's picture, row by row; null where the grid has a hole. */
  readonly cover: { readonly columns: number; readonly cellIds: readonly (string | null)[] };
  /** Whether it is a comparison of cells of entries. */
  readonly isComparison: boolean;
  readonly trashed: boolean;
  /** Why the entry cannot be used as it is, or null: damaged, or written by a newer version. */
  readonly problem: string | null;
}

/** An axis of a sweep: values in the order of the sweep file. Axes with one value are left out. */
export interface SweepAxis {
  readonly name: string;
  readonly values: readonly AxisValue[];
}

/** A cell as lists show it: what it is, how far it came, its last measures. */
export interface CellSummary {
  readonly id: string;
  readonly label: string;
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly state: CellState;
  /** Goal and last recorded epoch (null before the first snapshot). */
  readonly epochs: number;
  readonly lastEpoch: number | null;
  readonly snapshots: number;
  /** Training seconds over all runs. */
  readonly seconds: number;
  readonly config: CellConfig;
  /** Weights and biases of its network. */
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  /** In which way it failed; null where it did not. */
  readonly failure: CellFailure | null;
  /** Why it failed or what of it was damaged, in words. */
  readonly problem: string | null;
  /** Some measures of its last snapshot; null before the first one. */
  readonly last: LastMeasures | null;
}

/** Where the cells of a comparison are from, and what it does not show. */
export interface ComparisonFacts {
  readonly name: string;
  /** Axes across and down; null leaves them to the cells. */
  readonly layout: { readonly x: string | null; readonly y: string | null };
  readonly entries: readonly { readonly id: string; readonly title: string; readonly cells: number }[];
  /** Entries and cells that are named and not there, in words. */
  readonly missing: readonly string[];
  /** Number of cells that are in several entries and shown once. */
  readonly repeated: number;
  /** Settings that differ together between entries: the axis `entry` stands for all of them. */
  readonly together: readonly string[];
}

/** An entry with its cells, axes and receipts. */
export interface EntryDetail {
  readonly card: EntryCard;
  readonly axes: readonly SweepAxis[];
  readonly cells: readonly CellSummary[];
  readonly snapshots: SnapshotSettings;
  readonly sweepYaml: string;
  /** The formula that is its picture; null where it is none. */
  readonly formula: string | null;
  /** Digests of targets whose true picture nobody knows: there is no true error, the validation error takes its place. */
  readonly truthless: readonly string[];
  /** What it compares; null where it is an entry itself. */
  readonly comparison: ComparisonFacts | null;
  readonly environment: Readonly<Record<string, string>>;
  /** Times at which a change made outside of the app was found. */
  readonly alteredOutside: readonly string[];
  /** Verifications that were kept, oldest first. */
  readonly receipts: readonly ReceiptSummary[];
}

/** Cells in columns of equal length; see cell-columns.ts. */
export interface CellColumns {
  readonly count: number;
  /** UTF-8 JSON of what is text. */
  readonly words: Uint8Array;
  /** Numbers of values in lists of that, a column after another: axes, then parts of the configuration; from 1, 0 for none. */
  readonly numbers: Uint32Array;
  /** Numbers among the states listed there. */
  readonly states: Uint8Array;
  readonly epochs: Float64Array;
  /** NaN before the first snapshot. */
  readonly lastEpochs: Float64Array;
  readonly snapshots: Uint32Array;
  readonly seconds: Float64Array;
  readonly parameters: Float64Array;
  readonly stepsPerEpoch: Float64Array;
  /** A column for each of the last measures, one after another; NaN for none. */
  readonly last: Float64Array;
}

/** An entry with its cells in columns. */
export interface EntryInColumns extends Omit<EntryDetail, 'cells'> {
  readonly columns: CellColumns;
}

/** Measures of cells at all their snapshots: of the cells from the `from`-th one on, in the order of the entry. */
export interface SeriesBlock {
  readonly from: number;
  /** Snapshots of the cells of this block: those of cell `from + at` are [starts[at], starts[at + 1]). */
  readonly starts: Uint32Array;
  readonly epochs: Uint32Array;
  /** Training seconds. */
  readonly seconds: Float32Array;
  /** A column for each measure that was asked for, in that order; NaN where a snapshot has none. */
  readonly values: readonly Float32Array[];
}

/**
 * Snapshots [from, from + n) of a cell as columns, NaN where a measure is missing, and the epochs trained between them.
 * `epochs` ascend; step, samples and seconds are the other time axes at the same snapshots.
 */
export interface CellTimeline {
  readonly cellId: string;
  readonly from: number;
  readonly epochs: Uint32Array;
  readonly steps: Float64Array;
  readonly samples: Float64Array;
  readonly seconds: Float64Array;
  /** 1 where the snapshot is a key frame. */
  readonly keyFrames: Uint8Array;
  /** Number of the preview that a snapshot shows: its own, or, where it was thinned, that of the last one before that was not. */
  readonly previews: Uint32Array;
  /** Every measure of the table by its name; NaN where a snapshot has none. */
  readonly measures: Readonly<Record<MeasureName, Float32Array>>;
  /** L2 norm of the last step's gradient per affine layer, [n, layers]. */
  readonly gradientNorms: Float32Array;
  readonly layers: number;
  /** Every epoch up to the last of these snapshots and after snapshot from - 1: number, mean loss, gradient norm. */
  readonly trained: {
    readonly epochs: Uint32Array;
    readonly losses: Float32Array;
    readonly gradientNorms: Float32Array;
  };
  /** Epochs among `trained` whose loss is a spike. */
  readonly spikes: Uint32Array;
}

/** Scores against the truth that need no network, for one cell's points. */
export interface CellBaselines {
  readonly cellId: string;
  /** Grid the scores were taken on: every so many picture pixels. */
  readonly stride: TruthMeasure['stride'];
  readonly constant: TruthScore;
  readonly nearest: TruthScore;
  readonly smoothing: TruthScore;
}

/** A verification that was kept. */
export interface ReceiptSummary {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: 'chain' | 'frames' | 'measures' | 'rerun';
  readonly holds: boolean;
  /** What was let pass, in words. */
  readonly tolerance: string;
  /** CPU and system. */
  readonly machine: string;
  /** Snapshots that were checked, over all cells. */
  readonly snapshots: number;
}

/** A snapshot's frame beside onnxruntime's. */
export interface ComparedSnapshot {
  readonly epoch: number;
  readonly holds: boolean;
  /** Share of the pixels. */
  readonly equalHashes: number;
  /** Relative to the largest absolute value, or to 1 where that is larger. */
  readonly largestDifference: number;
}

/** What a verification found, in words and by cell. */
export interface VerifyVerdict {
  readonly holds: boolean;
  /** How it was checked and what was let pass. */
  readonly method: string;
  readonly tolerance: string;
  /** About entry.json, the sweep and the pictures. */
  readonly findings: readonly string[];
  readonly cells: readonly {
    readonly cellId: string;
    readonly holds: boolean;
    /** Snapshots that were checked, and those of the cell that were thinned. */
    readonly snapshots: number;
    readonly thinned: number;
    readonly findings: readonly string[];
    /** Empty at other levels than 'frames'. */
    readonly frames: readonly ComparedSnapshot[];
  }[];
}

/** What thinning gives back: bytes of records and previews, snapshots that lose their weights, and that keep them. */
export interface ThinnedSnapshots {
  readonly before: number;
  readonly after: number;
  readonly removed: number;
  readonly kept: number;
}

/** Notes of an entry; `revision` names the text that a change was made to. */
export interface Notes {
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly revision: string;
  /** Whether `notes.undo` has something to go back to. */
  readonly undoable: boolean;
}

/** Calls about an entry. */
export const entryCalls = {
  'entry.read': call<EntryDetail>()(z.strictObject({ entryId })),
  /** The same with its cells in columns: for screens, which may be shown a hundred thousand of them. */
  'entry.columns': call<EntryInColumns>()(z.strictObject({ entryId })),
  /** Measures of all cells at all their snapshots, in blocks as parts, from the records. */
  'entry.series': call<null, SeriesBlock>()(
    z.strictObject({ entryId, measures: z.array(z.enum(measureNames)).min(1).max(40) }),
  ),
  /** Title and tags; the card after it. */
  'entry.edit': call<EntryCard>()(
    z.strictObject({ entryId, title: title.optional(), tags: z.array(tag).max(100).optional() }),
  ),
  /** Snapshots of cells from the `from`-th on (0 = the first): what charts and the timeline draw. */
  'entry.timelines': call<readonly CellTimeline[]>()(
    z.strictObject({
      entryId,
      cells: z
        .array(z.strictObject({ cellId, from: index }))
        .min(1)
        .max(1000),
    }),
  ),
  /** What anybody can do without a network, per cell. Computed on the first call, in the background. */
  'entry.baselines': call<readonly CellBaselines[]>()(z.strictObject({ entryId, cellIds })),
  /** Starts, pauses, failures of a cell, in order. */
  'entry.events': call<readonly TimedEvent[]>()(z.strictObject({ entryId, cellId })),
  /** Verifies the entry and keeps the verdict as a receipt; parts tell progress. `snapshots`: how many of each cell at levels 'frames' and 'measures'. */
  'entry.verify': call<VerifyVerdict, Progress>()(
    z.strictObject({
      entryId,
      level: z.enum(['chain', 'frames', 'measures', 'rerun']),
      snapshots: z.union([z.int().min(1).max(10_000_000), z.literal('all')]).optional(),
    }),
  ),
  /**
   * Gives up weights and previews of the snapshots that `keep` ("every 100", "log 60", "budget 200 MB") does not keep, of all
   * cells where none are named; with `dryRun` nothing is changed. Refused while one of them is trained. Parts tell progress.
   */
  'entry.thin': call<ThinnedSnapshots, Progress>()(
    z.strictObject({ entryId, cellIds: cellIds.optional(), keep: z.string().max(100), dryRun: z.boolean() }),
  ),
  'notes.read': call<Notes>()(z.strictObject({ entryId })),
  /** Writes notes; 'conflict' where `revision` is not the revision on disk. */
  'notes.write': call<Notes>()(
    z.strictObject({
      entryId,
      text: z.string().max(5_000_000),
      revision: z.string().max(100),
    }),
  ),
  /** Takes the last write back; what other programs wrote since stays. */
  'notes.undo': call<Notes>()(z.strictObject({ entryId })),
};

/** What the lab tells of it by itself. */
export interface EntryEvents {
  /** A cell of an entry has so many snapshots now. */
  'cell.snapshots': {
    readonly entryId: string;
    readonly cellId: string;
    readonly snapshots: number;
    readonly lastEpoch: number;
  };
  /** Title, tags, cells or states of an entry changed: read it again. */
  'entry.changed': { readonly entryId: string };
  /** Snapshots of an entry lost their weights and previews: what was read of its cells no longer holds. */
  'entry.thinned': { readonly entryId: string };
  'notes.changed': { readonly entryId: string; readonly revision: string };
}
