/** What a cell keeps: snapshots with their measures, previews, events. Plain data; encoding is in record-codec.ts. */
import type { EpochMetrics, TrainerState } from '../engines/engine.ts';
import type { SnapshotMetrics } from './measures.ts';

/** What deciding about spikes and early stopping needs to remember; stored with key frames. */
export interface MonitorState {
  /** Losses of the last 50 epochs (in a ResumeState: of the 50 before the first pending epoch), oldest first. */
  readonly recentLosses: readonly number[];
  readonly bestMetric: number | null;
  readonly bestEpoch: number;
}

/** All that training needs to go on from the end of an epoch, bit for bit, records included. */
export interface ResumeState {
  readonly state: TrainerState;
  readonly monitor: MonitorState;
  /** Epochs after the last snapshot at or before `state.epoch`, up to `state.epoch`; empty at a snapshot. */
  readonly pendingEpochs: readonly EpochMetrics[];
  /** Training seconds so far. */
  readonly seconds: number;
}

/** What is left of a snapshot whose weights were given up: its measures, and all that the hash chain binds. */
export interface ThinnedSnapshot {
  readonly metrics: SnapshotMetrics;
  /** SHA-256 (hex) of the weights' little-endian bytes. */
  readonly weightsDigest: string;
  /** Link of the hash chain up to and including this snapshot (hex); see digests.ts. */
  readonly link: string;
  /** Training seconds so far, measuring and drawing left out. Not part of the chain. */
  readonly seconds: number;
}

/** What is kept of an epoch: measures, weights, and the link that binds them to what came before. */
export interface Snapshot extends ThinnedSnapshot {
  readonly weights: Float32Array;
  /** Present on key frames: training can go on from here bit for bit. */
  readonly keyFrame: ResumeState | null;
}

/** A small frame for scrubbing: values 8 bit [height, width, outputs], boundary 1 bit per pixel, row-major, most significant bit first. */
export interface Preview {
  readonly epoch: number;
  readonly width: number;
  readonly height: number;
  readonly outputs: number;
  readonly values: Uint8Array;
  readonly boundary: Uint8Array;
}

/** Why a cell failed. */
export type CellFailure = 'error' | 'diverged' | 'out of memory' | 'device lost';

/** Something that happened to a cell, in order, kept in its records. */
export type CellEvent =
  | {
      readonly kind: 'started';
      readonly engine: string;
      readonly environment: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'resumed';
      readonly epoch: number;
      readonly engine: string;
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'paused'; readonly epoch: number }
  | { readonly kind: 'cancelled'; readonly epoch: number }
  | { readonly kind: 'finished'; readonly epoch: number; readonly reason: 'goal' | 'early stop' }
  | {
      readonly kind: 'failed';
      readonly epoch: number;
      readonly failure: CellFailure;
      readonly message: string;
    };

/** 'running' is never stored: it is derived from a live worker. 'interrupted': events end without a final word and nobody is at work. */
export type CellState =
  'queued' | 'unfinished' | 'running' | 'paused' | 'finished' | 'failed' | 'interrupted' | 'cancelled';
