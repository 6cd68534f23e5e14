/** Measures flicker between two states of a network, off the main thread. */
import { flickerParts, type FlickerParts } from '../../experiments/diagnostics/flicker.ts';
import type { Network } from '../../experiments/network/shape.ts';

/** Two states of a network, and the points along a side of the grid on which they are compared. */
export interface FlickerQuestion {
  readonly id: number;
  readonly before: Network;
  readonly after: Network;
  readonly side: number;
}

/** The flicker between the two. */
export interface FlickerReply {
  readonly id: number;
  readonly parts: FlickerParts;
}

self.addEventListener('message', ({ data: { id, before, after, side } }: MessageEvent<FlickerQuestion>) =>
  self.postMessage({ id, parts: flickerParts(before, after, side) } satisfies FlickerReply),
);
