/** Messages between a host and what computes for it: a thread, a process or a page. Every task has an id; replies carry it. */
import type { EngineChoice, EngineName, Frame, FrameRequest, View } from '../engines/engine.ts';
import { failureOf, type EngineFailure } from '../engines/engine-error.ts';
import type { Network } from '../network/shape.ts';
import type { ComplexPart } from '../polytopes/complex-part.ts';
import type { ExtractionBudget } from '../polytopes/extraction-options.ts';
import type { CellJob, CellMessage } from '../sweeps/cell-run-contract.ts';

export type ComputeTask =
  | { readonly kind: 'cell'; readonly job: CellJob; readonly engine: EngineName }
  | { readonly kind: 'frame'; readonly request: FrameRequest; readonly engine: EngineChoice }
  | { readonly kind: 'replay'; readonly replay: ReplayTask }
  | { readonly kind: 'tiles'; readonly tiles: TilesTask }
  /** How fast an engine trains so many cells side by side. */
  | { readonly kind: 'speed'; readonly cells: number; readonly engine: EngineChoice };

/** A share of the exact complex of a view: whatever tiles this worker gets to take; or all of it where it is small. */
export interface TilesTask {
  readonly network: Network;
  readonly view: View;
  /** Tiles that the threads share out; null: the whole view, no part where it has too many regions for one thread. */
  readonly tiles: number | null;
  readonly budget: ExtractionBudget;
  /** Shared int32 [2 + threads]: the next tile that nobody has taken; 1 as soon as the extraction is to stop; regions of each thread. */
  readonly shared: Int32Array;
  /** Which of the threads this is. */
  readonly thread: number;
}

/** Exact weights at an epoch after a key frame. */
export interface ReplayTask {
  readonly job: Pick<CellJob, 'config' | 'picture'>;
  readonly from: NonNullable<CellJob['resume']>['state'];
  readonly epoch: number;
}

export type ToWorker =
  | { readonly kind: 'task'; readonly id: number; readonly task: ComputeTask }
  | { readonly kind: 'abort'; readonly id: number }
  /** One snapshot has been written: the worker may be one further ahead. */
  | { readonly kind: 'acknowledged'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'cell'; readonly id: number; readonly message: CellMessage }
  | { readonly kind: 'frame'; readonly id: number; readonly frame: Frame }
  | { readonly kind: 'weights'; readonly id: number; readonly weights: Float32Array }
  | { readonly kind: 'part'; readonly id: number; readonly part: ComplexPart }
  | { readonly kind: 'speed'; readonly id: number; readonly flopsPerSecond: number }
  | { readonly kind: 'done'; readonly id: number }
  | ({ readonly kind: 'error'; readonly id: number } & WorkerError);

/** An error of a worker: its class does not cross, its name and its kind of failure do. */
export interface WorkerError {
  readonly name: string;
  readonly message: string;
  readonly failure: EngineFailure;
}

/** What crosses of anything that was thrown. */
export function workerError(error: unknown): WorkerError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message, failure: failureOf(error) };
}

/** The error of a worker with the name and the failure that it had there: they tell errors apart. */
export function errorFromWorker({ name, message, failure }: WorkerError): Error {
  return Object.assign(new Error(message), { name, failure });
}
