/** Measures flicker between two states of a network, off the main thread. */
import { flickerParts } from '../../experiments/diagnostics/flicker.ts';
import type { Network } from '../../experiments/network/shape.ts';

/** Two states of a network, and the points along a side of the grid on which they are compared. */
export interface FlickerQuestion {
  readonly before: Network;
  readonly after: Network;
  readonly side: number;
}

self.addEventListener('message', ({ data: { before, after, side } }: MessageEvent<FlickerQuestion>) =>
  self.postMessage(flickerParts(before, after, side)),
);
