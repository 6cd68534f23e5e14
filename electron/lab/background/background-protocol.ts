/** Work beside training and frames that must not block the process which serves people: what is asked, what comes back. */
import type { ChartWords } from '../../../experiments/charts/chart-request.ts';
import type { HeatWords } from '../../../experiments/charts/heat-request.ts';
import type { ChartFormat } from '../exports/entry-chart.ts';
import type { FindingFileRequest } from '../findings/finding-file.ts';
import type { FindingsVerdict } from '../../contract/findings.ts';
import type { FigureFormat } from '../exports/figure-file.ts';
import type { BaselineScores } from '../../../experiments/diagnostics/baselines.ts';
import type { Frame, View } from '../../../experiments/engines/engine.ts';
import type { ImportedNetwork } from '../../../experiments/formats/imported-network.ts';
import type { NetworkFormat, WrittenFormat } from '../../../experiments/formats/network-file.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import type { RegionCount } from '../../../experiments/polytopes/region-counts.ts';
import type { CellConfig } from '../../../experiments/sweeps/cell.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import type { SweepTarget } from '../../../experiments/targets/sweep-target.ts';
import type { WorkerError } from '../../../experiments/tasks/task-protocol.ts';
import type { CellWeights } from '../notebook/cell-weights.ts';
import type { EntryVerdict } from '../verification/chain-level.ts';
import type { UnpackedEntry } from '../imports/imported-entry.ts';
import type { CellPoints, PictureLevels, PreviewBlock, RenderedFrame } from '../../contract/frames.ts';
import type {
  GridOptions,
  ExportedFile,
  ExportedPage,
  FilmPicture,
  FilmPlan,
} from '../../contract/exports.ts';
import type { PageTask } from '../exports/page-file.ts';
import type { PreviewRead } from '../notebook/preview-reads.ts';
import type { FilmTask } from '../exports/open-film.ts';
import type { PlannedSweep, PlanRequest } from '../sweeps/planned-sweep.ts';

/** Where a picture comes from: a file's bytes under a digest (a table of points or a picture), or what a sweep file in `folder` calls it. */
export type PictureSource =
  | {
      readonly kind: 'file';
      readonly digest: string;
      readonly bytes: Uint8Array;
      readonly isPoints?: boolean;
    }
  | { readonly kind: 'name'; readonly target: SweepTarget; readonly folder: string };

/** A comparison grid that is to be drawn into a file. */
export interface GridTask {
  readonly notebook: string;
  readonly entryId: string;
  readonly options: GridOptions;
  /** The filter that cells must pass; all are drawn where it is left out. */
  readonly where: string | undefined;
  readonly format: FigureFormat;
  /** Day of drawing. */
  readonly date: string;
  readonly threads: number;
  /** Weights at the epoch, by cell, of those that the GPU trained: it is out of reach here. */
  readonly gpuWeights: ReadonlyMap<string, CellWeights>;
}

/** A chart of an entry as a file. */
export interface ChartTask {
  readonly notebook: string;
  readonly entryId: string;
  readonly words: ChartWords | HeatWords;
  readonly format: ChartFormat;
  readonly scale: number;
  /** Day of drawing. */
  readonly date: string;
}

/** An entry, by the notebook that it lies in. */
export interface EntryPlace {
  readonly notebook: string;
  readonly entryId: string;
}

/** Cells of an entry, by their ids; all where that is null. */
export interface EntryPart extends EntryPlace {
  readonly cells: readonly string[] | null;
}

/** Input and output of every task, by its kind. */
export interface BackgroundTasks {
  /** Parses, expands and prices a sweep. */
  readonly plan: {
    readonly input: PlanRequest;
    readonly output: PlannedSweep;
  };
  readonly points: {
    readonly input: { readonly source: PictureSource; readonly config: CellConfig };
    readonly output: CellPoints;
  };
  /** Scores against the truth on the preview grid. */
  readonly baselines: {
    readonly input: {
      readonly source: PictureSource;
      readonly config: CellConfig;
      readonly previewSize: number;
    };
    readonly output: BaselineScores & { readonly stride: number };
  };
  readonly picture: {
    readonly input: {
      readonly source: PictureSource;
      readonly view: View;
      readonly width: number;
      readonly height: number;
    };
    readonly output: PictureLevels;
  };
  /** A picture as it is. Fails as a TargetError where it is none. */
  readonly decode: { readonly input: { readonly source: PictureSource }; readonly output: Picture };
  /** Size of a picture. Fails as a TargetError where it is none. */
  readonly 'picture-size': {
    readonly input: { readonly source: PictureSource };
    readonly output: { readonly width: number; readonly height: number; readonly channels: 1 | 3 };
  };
  /** Previews of snapshots from number `from` on; missing and damaged ones are left blank. */
  readonly previews: {
    readonly input: {
      readonly reads: readonly PreviewRead[];
    };
    readonly output: PreviewBlock[];
  };
  /** Boundaries, counts and levels of a frame. */
  readonly 'finish-frame': {
    readonly input: {
      readonly frame: Frame;
      readonly epoch: number;
      readonly view: View;
      readonly values: 'levels' | 'float32';
      readonly keepHashes: boolean;
    };
    readonly output: RenderedFrame;
  };
  /** Exact regions of a cell's whole picture. Fails as an ExtractionError where they exceed the budget. */
  readonly 'region-count': {
    readonly input: { readonly config: CellConfig; readonly weights: Float32Array; readonly epoch: number };
    readonly output: RegionCount;
  };
  /** The entry as an archive or a table. */
  readonly 'export-data': {
    readonly input: {
      readonly notebook: string;
      readonly entryId: string;
      readonly format: 'eln' | 'parquet' | 'csv';
    };
    readonly output: ExportedFile;
  };
  /** Checks an archive and unpacks it into a folder that is no entry yet. */
  readonly unpack: {
    readonly input: { readonly notebook: string; readonly path: string };
    readonly output: UnpackedEntry;
  };
  readonly grid: { readonly input: GridTask; readonly output: ExportedFile };
  readonly chart: { readonly input: ChartTask; readonly output: ExportedFile };
  /** A finding of an entry as a file. */
  readonly finding: {
    readonly input: EntryPlace & Omit<FindingFileRequest, 'entry' | 'program'>;
    readonly output: ExportedFile;
  };
  /** Computes the measures that the claims of an entry need, and keeps them beside its records; so many rows. */
  readonly measure: { readonly input: EntryPlace; readonly output: number };
  /** So many rows of each table of measures (null: all) and all verdicts, computed again. */
  readonly 'verify-measures': {
    readonly input: EntryPlace & {
      readonly cells: readonly string[] | null;
      readonly snapshots: number | null;
    };
    readonly output: EntryVerdict;
  };
  readonly 'check-findings': { readonly input: EntryPlace; readonly output: FindingsVerdict };
  /** An entry as one HTML file. */
  readonly page: { readonly input: PageTask; readonly output: ExportedPage };
  readonly 'film-plan': { readonly input: FilmTask; readonly output: FilmPlan };
  /** A picture of the film that was planned last, else of one that is opened for it. */
  readonly 'film-picture': {
    readonly input: FilmTask & { readonly moment: number };
    readonly output: FilmPicture;
  };
  /** The network of a file of another program. Fails as an ImportError where there is none. */
  readonly 'read-network': {
    readonly input: { readonly path: string; readonly name: string };
    readonly output: {
      readonly digest: string;
      readonly format: NetworkFormat;
      readonly imported: ImportedNetwork;
    };
  };
  /** A network as a file for other tools. */
  readonly 'write-network': {
    readonly input: {
      readonly network: Network;
      readonly metadata: Readonly<Record<string, string>>;
      readonly format: WrittenFormat;
      /** Whether the slope may be written as a fact. */
      readonly isSlopeKnown: boolean;
    };
    readonly output: Uint8Array;
  };
  readonly chain: {
    readonly input: EntryPart;
    readonly output: EntryVerdict;
  };
  /** Frames of so many snapshots of each cell (null: of all) beside those of onnxruntime. */
  readonly frames: {
    readonly input: EntryPart & { readonly snapshots: number | null };
    readonly output: EntryVerdict;
  };
}

/** Name of a background task. */
export type BackgroundTaskKind = keyof BackgroundTasks;

/** To the worker: a task. Its number comes back with everything about it. */
export interface BackgroundMessage<Kind extends BackgroundTaskKind = BackgroundTaskKind> {
  readonly id: number;
  readonly kind: Kind;
  readonly input: BackgroundTasks[Kind]['input'];
}

/** How far a task is. */
export interface BackgroundProgress {
  readonly done: number;
  readonly of: number;
}

/** An error of a task; `code` where it is a LabError. */
export interface TaskError extends WorkerError {
  readonly code: string | null;
}

/** What the background's worker sends back. */
export type BackgroundReply =
  | { readonly id: number; readonly kind: 'progress'; readonly progress: BackgroundProgress }
  | { readonly id: number; readonly kind: 'output'; readonly output: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: TaskError };
