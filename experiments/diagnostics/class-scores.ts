/** Errors against the truth that corners cannot dominate: of classes, and of clipped values. */
import type { TruthFrame } from '../targets/picture.ts';
import { classThreshold } from './truth-error.ts';

/** Both from 0 to 1. */
export interface ClassScores {
  /** Mean squared error of values clipped to 0 to 1. */
  readonly clippedError: number;
  /** Share of pixels with another class: an output is dark below 0.5, with several all must agree. */
  readonly classError: number;
}

/**
 * Scores of values float32 [height, width, channels] against a truth of the same form, over all pixels or those for which
 * `among` holds, of which there must be one. Portable.
 */
export function classScores(
  values: Float32Array,
  truth: TruthFrame,
  among: (pixel: number) => boolean = () => true,
): ClassScores {
  const { channels } = truth;
  let squares = 0;
  let wrong = 0;
  let counted = 0;
  for (let at = 0; at < values.length; at += channels) {
    if (!among(at / channels)) continue;
    counted += channels;
    let isWrong = false;
    for (let channel = at; channel < at + channels; channel++) {
      const difference = Math.min(1, Math.max(0, values[channel])) - truth.values[channel];
      squares += difference * difference;
      isWrong ||= values[channel] < classThreshold !== truth.values[channel] < classThreshold;
    }
    if (isWrong) wrong++;
  }
  return { clippedError: squares / counted, classError: (wrong * channels) / counted };
}
