/** Messages between a host and its GPU process or page: the pool's protocol, and what a GPU has to say of itself. */
import type { FromWorker, ToWorker } from './task-protocol.ts';

/** An adapter as people and caches know it. */
export interface GpuFacts {
  /** Adapter and driver in one line. */
  readonly adapter: string;
  /** Whether it computes on the CPU. */
  readonly isSoftware: boolean;
}

export type ToGpu = ToWorker | { readonly kind: 'close' };

export type FromGpu =
  | FromWorker
  /** The first message: what it computes on, or why it cannot. */
  | { readonly kind: 'ready'; readonly facts: GpuFacts }
  | { readonly kind: 'unavailable'; readonly message: string }
  /** Sent every second or two while the process and its device respond. */
  | { readonly kind: 'alive' };
