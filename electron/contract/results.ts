/** What calls answer and what the lab tells by itself. Typed arrays stay typed arrays in every transport. */
import type { EngineName, View } from '../../experiments/engines/engine.ts';
import type { CellState, TruthMeasure } from '../../experiments/records/snapshot.ts';
import type { TimedEvent } from '../../experiments/records/record-codec.ts';
import type { AxisValue, CellConfig, SnapshotSettings } from '../../experiments/sweeps/cell.ts';
import type { Network } from '../../experiments/network/shape.ts';
import type { TruthScore } from '../../experiments/diagnostics/truth-error.ts';
import type { PlainValue } from './parameters.ts';

export type { TimedEvent, PlainValue, View, CellState, AxisValue };

export interface AppInfo {
  readonly version: string;
  /** Where the lab is shown; 'page': an exported page, without a lab. */
  readonly shell: 'electron' | 'browser' | 'page';
  readonly platform: string;
  readonly engine: { readonly name: EngineName; readonly description: string };
  readonly cores: number;
  /** The example entry where the notebook was made just now; null in a notebook that was there before. */
  readonly exampleEntryId: string | null;
  readonly notebook: {
    readonly folder: string;
    /** Why nothing can be written, in one sentence; null where everything can. */
    readonly readOnlyBecause: string | null;
  };
}

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly map: 'grey' | 'cividis' | 'viridis';
  /** Shortcuts that are a single key. */
  readonly singleKeys: boolean;
  readonly timeAxis: 'epoch' | 'step' | 'samples' | 'seconds';
}

/** Number of cells by state; states without cells are left out. */
export type CellCounts = Readonly<Partial<Record<CellState, number>>>;

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
  readonly trashed: boolean;
  /** Why the entry cannot be used as it is, or null: damaged, or written by a newer version. */
  readonly problem: string | null;
}

/** Disk use in bytes; entries from largest to smallest, those in the trash among them. */
export interface NotebookDisk {
  readonly entryBytes: number;
  readonly trashBytes: number;
  readonly entries: readonly { readonly id: string; readonly bytes: number }[];
  readonly freeBytes: number;
}

/** An axis of a sweep: values in the order of the sweep file. Axes with one value are left out. */
export interface SweepAxis {
  readonly name: string;
  readonly values: readonly AxisValue[];
}

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
  /** Why it failed or what of it was damaged, in words. */
  readonly problem: string | null;
}

export interface EntryDetail {
  readonly card: EntryCard;
  readonly axes: readonly SweepAxis[];
  readonly cells: readonly CellSummary[];
  readonly snapshots: SnapshotSettings;
  readonly sweepYaml: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Times at which a change made outside of the app was found. */
  readonly alteredOutside: readonly string[];
  /** Verifications that were kept, oldest first. */
  readonly receipts: readonly ReceiptSummary[];
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
  readonly trainMse: Float32Array;
  readonly validationMse: Float32Array;
  /** Against the truth on the preview grid. */
  readonly truthMse: Float32Array;
  readonly iou: Float32Array;
  /** On a finer grid; at key frames and at the end only. */
  readonly fineTruthMse: Float32Array;
  readonly fineIou: Float32Array;
  readonly distinctHashes: Uint32Array;
  readonly boundaryShare: Float32Array;
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
  readonly level: 'chain' | 'frames' | 'rerun';
  readonly holds: boolean;
  /** What was let pass, in words. */
  readonly tolerance: string;
  /** Processor and system. */
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
    /** Snapshots that were checked. */
    readonly snapshots: number;
    readonly findings: readonly string[];
    /** Empty at other levels than 'frames'. */
    readonly frames: readonly ComparedSnapshot[];
  }[];
}

/** Previews of snapshots [from, from + epochs.length) of a cell; every one has the same size. */
export interface PreviewBlock {
  readonly cellId: string;
  readonly from: number;
  readonly epochs: Uint32Array;
  readonly width: number;
  readonly height: number;
  readonly outputs: number;
  /** uint8 [n, height, width, outputs], 255 for 1. */
  readonly values: Uint8Array;
  /** [n, ceil(width * height / 8)]: one bit a pixel, most significant first; the rest of a row's last byte is 0. */
  readonly boundary: Uint8Array;
}

export interface RenderedFrame {
  readonly epoch: number;
  /** Why it is of the last snapshot before the epoch that was asked for, in a sentence; missing where it is not. */
  readonly obstacle?: string;
  readonly view: View;
  /** Coarse frames are smaller than asked for, with the same view. */
  readonly width: number;
  readonly height: number;
  readonly outputs: number;
  /** [height, width, outputs]: Uint8Array for 'levels', Float32Array for 'float32'. */
  readonly values: Uint8Array | Float32Array;
  /** ceil(width * height / 8) bytes: one bit a pixel, most significant first. */
  readonly boundary: Uint8Array;
  readonly distinctHashes: number;
  readonly boundaryShare: number;
  /** uint32 [height, width, 2]. */
  readonly hashes?: Uint32Array;
  /** uint16 [height, width]; 0xffff where there is none. */
  readonly firstLayers?: Uint16Array;
  /** float32 [height, width, outputs, 2]. */
  readonly gradient?: Float32Array;
}

export interface Probe {
  readonly epoch: number;
  /** One value an output; the truth there, null outside of the unit square. */
  readonly values: Float32Array;
  readonly truth: Float32Array | null;
  /** The affine function around the point, per output: gradient [outputs, 2] and the value at (0, 0). */
  readonly gradient: Float32Array;
  readonly offsets: Float32Array;
  /** 16 hex digits. */
  readonly hash: string;
  /** First hidden layer (from 1) whose pattern differs from that at `from`; null where all agree or no `from` was given. */
  readonly firstDifferentLayer: number | null;
}

/** A network from a file of another program. */
export interface OpenedNetwork {
  /** Stands in for a cell's id; the entry is then `openedEntryId`. */
  readonly id: string;
  /** Name of the file. */
  readonly name: string;
  readonly format: 'safetensors' | 'onnx';
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly parameters: number;
  readonly slope: number;
  /** False where the file does not tell the slope. */
  readonly isSlopeKnown: boolean;
  readonly output: 'affine' | 'sigmoid';
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  /** What the file says about itself. */
  readonly metadata: readonly (readonly [string, string])[];
}

/** Coordinates float32 [n, 2], labels float32 [n, outputs]. */
export interface PointSet {
  readonly coordinates: Float32Array;
  readonly labels: Float32Array;
}

export interface CellPoints {
  readonly outputs: number;
  readonly training: PointSet;
  readonly validation: PointSet;
}

/** Levels uint8 [height, width, channels], 255 for 1. */
export interface PictureLevels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly levels: Uint8Array;
}

export interface SweepProblem {
  /** From 1; null where the mistake has no place in the text. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

export interface PlannedCell {
  readonly id: string;
  readonly label: string;
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly epochs: number;
  readonly parameters: number;
  readonly points: number;
  readonly stepsPerEpoch: number;
  readonly engine: EngineName;
  /** Estimated training seconds on one thread of this machine, or of its GPU's time; null where nobody knows. */
  readonly seconds: number | null;
  /** Entry in which this cell is finished already, or null. */
  readonly finishedIn: string | null;
}

export interface SweepCheck {
  readonly yaml: string;
  /** The file as plain data for the form; null where it is not YAML. */
  readonly document: PlainValue;
  /** Empty where the sweep can be queued. */
  readonly problems: readonly SweepProblem[];
  readonly axes: readonly SweepAxis[];
  readonly cells: readonly PlannedCell[];
  /** Estimated for all cells that are not finished, and what trains them; null where there are problems. */
  readonly estimate: { readonly seconds: number; readonly bytes: number; readonly trainers: string } | null;
}

export interface SweepPreset {
  /** Name of its file without ending, e.g. "two-minute". */
  readonly name: string;
  /** Name of the sweep. */
  readonly title: string;
  /** What it is for, one or a few sentences. */
  readonly description: string;
  readonly yaml: string;
}

export interface TargetSummary {
  /** What a sweep file calls it. */
  readonly name: string;
  readonly builtIn: boolean;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

export interface QueueItem {
  /** entry id, slash, cell id */
  readonly id: string;
  readonly entryId: string;
  readonly cellId: string;
  readonly entryTitle: string;
  readonly label: string;
  readonly state: CellState;
  /** A running cell that will stop at the end of its epoch. */
  readonly stopping: boolean;
  readonly epoch: number;
  readonly epochs: number;
  readonly seconds: number;
  /** Floating-point operations of training it to its last epoch. */
  readonly operations: number;
  /** Null while unknown. */
  readonly epochsPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Losses over this run, at most 120 of them, and their epochs. */
  readonly losses: Float32Array;
  readonly lossEpochs: Uint32Array;
  readonly problem: string | null;
}

export interface QueueState {
  /** 'paused': no cell is started. */
  readonly state: 'running' | 'paused';
  /** Why it is paused, in words; null where it is not. */
  readonly pausedBecause: string | null;
  readonly failFast: boolean;
  /** Cells side by side; null: `threads`, as many as there are cores or as the GPU takes. */
  readonly parallel: number | null;
  readonly threads: number;
  readonly items: readonly QueueItem[];
}

export interface Notes {
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly revision: string;
  /** Whether `notes.undo` has something to go back to. */
  readonly undoable: boolean;
}

export interface ExportedFile {
  /** Suggested name. */
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A page, and how much of the entry it holds. */
export interface ExportedPage extends ExportedFile {
  /** Every so many-th snapshot has its picture in the page, the last one always. */
  readonly every: number;
}

/** A film before it is drawn. */
export interface FilmPlan {
  /** Epochs in order, and the number of equal frames that each lasts. */
  readonly moments: readonly { readonly epoch: number; readonly frames: number }[];
  readonly frames: number;
  readonly seconds: number;
  /** Size of each cell's picture before zooming. */
  readonly rendered: { readonly width: number; readonly height: number };
}

/** One picture of a film: opaque RGBA [height, width, 4]. */
export interface FilmPicture {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Exact figures of the whole picture at some of a cell's snapshots, ascending epochs. */
export interface RegionCounts {
  readonly epochs: Uint32Array;
  readonly regions: Float64Array;
  /** Dirichlet energy, before any sigmoid. */
  readonly dirichlet: Float64Array;
  /** Length of the level set at 0.5. */
  readonly levelSetLength: Float64Array;
}

/** How far long work is. */
export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly what: string;
}

/** Result of every call, by its name. */
export interface CallResults {
  'app.info': AppInfo;
  'settings.read': Settings;
  'settings.write': Settings;
  'notebook.list': readonly EntryCard[];
  'notebook.trash': null;
  'notebook.restore': EntryCard;
  'notebook.disk': NotebookDisk;
  'entry.read': EntryDetail;
  'entry.edit': EntryCard;
  'entry.timelines': readonly CellTimeline[];
  'entry.baselines': readonly CellBaselines[];
  'entry.events': readonly TimedEvent[];
  'entry.verify': VerifyVerdict;
  'previews.read': readonly PreviewBlock[];
  'previews.last': readonly PreviewBlock[];
  'frame.render': RenderedFrame;
  'frame.probe': Probe;
  'cell.points': CellPoints;
  'cell.truth': PictureLevels;
  'cell.weights': ExportedFile & { readonly epoch: number };
  'network.open': OpenedNetwork;
  'upload.begin': { readonly upload: string };
  'upload.append': { readonly received: number };
  'upload.drop': null;
  'network.read': OpenedNetwork;
  'network.slope': OpenedNetwork;
  'cell.network': { readonly network: Network; readonly epoch: number };
  'regions.read': RegionCounts;
  'regions.count': RegionCounts;
  'sweep.check': SweepCheck;
  'sweep.edit': SweepCheck;
  'sweep.points': CellPoints;
  'sweep.presets': readonly SweepPreset[];
  'targets.list': readonly TargetSummary[];
  'targets.upload': TargetSummary;
  'targets.picture': PictureLevels;
  'queue.read': QueueState;
  'queue.add': { readonly entryId: string; readonly items: readonly string[] };
  'queue.continue': { readonly entryId: string; readonly items: readonly string[] };
  'queue.pause': QueueState;
  'queue.resume': QueueState;
  'queue.cancel': QueueState;
  'queue.retry': QueueState;
  'queue.move': QueueState;
  'queue.clear': QueueState;
  'queue.configure': QueueState;
  'notes.read': Notes;
  'notes.write': Notes;
  'notes.undo': Notes;
  'export.data': ExportedFile;
  'notebook.import': { readonly entryId: string; readonly remarks: readonly string[] };
  'export.grid': ExportedFile;
  'export.page': ExportedPage;
  'film.plan': FilmPlan;
  'film.picture': FilmPicture;
}

/** Parts that a call sends before its result; calls that are not here send none. */
export interface CallParts {
  'frame.render': RenderedFrame;
  'entry.verify': Progress;
  'export.data': Progress;
  'notebook.import': Progress;
  'export.grid': Progress;
  'export.page': Progress;
  /** Snapshots counted so far of those that were missing, the one at work, and all counts there are. */
  'regions.count': {
    readonly done: number;
    readonly of: number;
    readonly epoch: number;
    readonly counts: RegionCounts;
  };
}

/** What a menu can ask the page to do. */
export type AppCommand = 'new-sweep' | 'notebook' | 'queue' | 'export' | 'commands' | 'help';

/** What the lab tells by itself. A slow listener may miss values in between, never the last one. */
export interface LabEvents {
  /** The queue's list or an item's state changed. */
  'queue.changed': QueueState;
  /** A running cell went on; a few times a second. */
  'queue.progress': {
    readonly item: string;
    readonly epoch: number;
    readonly loss: number | null;
    readonly seconds: number;
    readonly epochsPerSecond: number | null;
    readonly secondsLeft: number | null;
  };
  /** The newest preview of a running cell, as a block of one. */
  'queue.preview': { readonly item: string; readonly preview: PreviewBlock };
  /** A cell of an entry has so many snapshots now. */
  'cell.snapshots': {
    readonly entryId: string;
    readonly cellId: string;
    readonly snapshots: number;
    readonly lastEpoch: number;
  };
  /** Title, tags, cells or states of an entry changed: read it again. */
  'entry.changed': { readonly entryId: string };
  'notes.changed': { readonly entryId: string; readonly revision: string };
  /** Entries came, went or were renamed: list them again. */
  'notebook.changed': null;
  'settings.changed': Settings;
  /** Somebody chose this in the application's menu. */
  'app.command': { readonly command: AppCommand };
  /** Something went wrong that no call asked for. */
  'app.notice': { readonly level: 'warning' | 'error'; readonly message: string };
}
