/** Measures flicker between two states of a network, off the main thread. */
import { flickerParts } from '../../experiments/diagnostics/flicker.ts';
import type { FlickerQuestion } from './flicker-meter.ts';

self.addEventListener('message', ({ data: { before, after, side } }: MessageEvent<FlickerQuestion>) =>
  self.postMessage(flickerParts(before, after, side)),
);
