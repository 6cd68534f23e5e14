/** What is to be trained, and how far it is. */
import { z } from 'zod';
import type { CellState } from '../../experiments/records/snapshot.ts';
import { maxEpochs } from '../../experiments/sweeps/snapshot-epochs.ts';
import { call } from './call.ts';
import { cellId, entryId, nothing, yaml } from './fields.ts';
import type { PreviewBlock } from './frames.ts';

/** Queue item: entry id, slash, cell id. */
export const itemId = z.string().regex(/^[0-9a-f]{8}\/[0-9a-f]{16}$/);

const itemIds = z.array(itemId).min(1).max(200_000);

/** Which cells of the queue are meant: items, or those of an entry that have not ended; all where neither is named. */
export const cellsMeant = { items: itemIds.optional(), entryId: entryId.optional() };

/** A cell in the queue, with its progress. */
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

/** What is to be known of the queue beside its items. */
export interface QueueFacts {
  /** 'paused': no cell is started. */
  readonly state: 'running' | 'paused';
  /** Why it is paused, in words; null where it is not. */
  readonly pausedBecause: string | null;
  readonly failFast: boolean;
  /** Cells side by side; null: `threads`, as many as there are cores or as the GPU takes. */
  readonly parallel: number | null;
  readonly threads: number;
}

/** The queue as it stands: its items in order, and why it pauses. */
export interface QueueState extends QueueFacts {
  /** Goes up by one with every change that is told; it begins anew with the lab. */
  readonly revision: number;
  readonly items: readonly QueueItem[];
}

/** At a place of the list as it was before any patch, so many items are replaced by others. */
export interface QueuePatch<Item = QueueItem> {
  readonly at: number;
  readonly removed: number;
  readonly items: readonly Item[];
}

/** What is different since the state numbered `since`; whoever knows another one reads the whole with `queue.read`. */
export interface QueueChange {
  readonly since: number;
  readonly revision: number;
  /** Those that changed. */
  readonly facts: Partial<QueueFacts>;
  /** Ascending by place; what moved goes at one place and comes at another. */
  readonly patches: readonly QueuePatch[];
}

/** The state that has what was asked for; the change that leads there was told before. */
export interface QueueRevision {
  readonly revision: number;
}

/** Calls about the queue. */
export const queueCalls = {
  'queue.read': call<QueueState>()(nothing),
  /** Makes (or extends) the entry of a sweep file and queues its cells; `first` puts them before all others. */
  'queue.add': call<{ readonly entryId: string; readonly items: readonly string[] }>()(
    z.strictObject({ yaml, first: z.boolean() }),
  ),
  /** Queues cells of an entry again: unfinished ones, or finished ones to more epochs. All cells where none is named. */
  'queue.continue': call<{ readonly entryId: string; readonly items: readonly string[] }>()(
    z.strictObject({
      entryId,
      cellIds: z.array(cellId).min(1).max(200_000).optional(),
      epochs: z.int().min(1).max(maxEpochs).optional(),
      first: z.boolean(),
    }),
  ),
  /** Cells, or the queue as a whole. Running cells stop at the end of an epoch and keep their state. */
  'queue.pause': call<QueueRevision>()(z.strictObject(cellsMeant)),
  'queue.resume': call<QueueRevision>()(z.strictObject(cellsMeant)),
  /** Stops cells for good; what they recorded stays, and they stay listed as cancelled until the list is cleared. */
  'queue.cancel': call<QueueRevision>()(z.strictObject(cellsMeant)),
  /** Queues failed, cancelled or interrupted items again. */
  'queue.retry': call<QueueRevision>()(z.strictObject({ items: itemIds })),
  /** Moves items, in their present order, before another item; to the end where `before` is null. */
  'queue.move': call<QueueRevision>()(z.strictObject({ items: itemIds, before: itemId.nullable() })),
  /** Takes finished, failed and cancelled items off the list: the named ones, or all of them. */
  'queue.clear': call<QueueRevision>()(z.strictObject({ items: itemIds.optional() })),
  'queue.configure': call<QueueRevision>()(
    z.strictObject({ failFast: z.boolean(), parallel: z.int().min(1).max(256).nullable() }).partial(),
  ),
};

/** What the lab tells of it by itself. */
export interface QueueEvents {
  /** The queue's list or an item's state changed. A slow listener is not told every change: `since` says so. */
  'queue.changed': QueueChange;
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
}
