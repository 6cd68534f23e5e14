/** Error and overlap of values with the truth. */
import type { GreySums } from '../engines/engine.ts';
import type { TruthFrame } from '../targets/picture.ts';
import { levelShares } from '../targets/truth-frame.ts';

/** Error against the truth over some pixels. */
export interface TruthScore {
  /** Mean squared error over pixels and outputs. */
  readonly mse: number;
  /** Intersection over union of the black class, or the mean over the truth's colours; null where undefined. */
  readonly iou: number | null;
}

/** Sums up a score pixel after pixel, so that a frame can come in bands: the same bits whatever the bands. */
export interface TruthScorer {
  /** Adds pixels: both arrays float32 [n, outputs], in the frame's order. */
  add(values: Float32Array, truth: Float32Array): void;
  /** The same with the truth as levels, uint8 [n, outputs], 0 to 255 for 0 to 1. */
  addLevels(values: Float32Array, levels: Uint8Array): void;
  /** The score of everything added so far; the error is NaN before the first pixel. */
  score(): TruthScore;
}

/** The class of a grey value or channel is black (or dark) below this. */
export const classThreshold = 0.5;
/** 1 for the levels of a picture that are dark. */
const darkLevels = Uint8Array.from(levelShares, (share) => Number(share < classThreshold));

// One output, in a fraction of the time of several: nothing branches.

/** Sums over pixels, the squares from `squares` on. */
function greySums(squares: number, values: Float32Array, truth: Float32Array): GreySums {
  let [darkValues, darkTruth, darkBoth] = [0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    const difference = values[at] - truth[at];
    squares += difference * difference;
    const predicted = Number(values[at] < classThreshold);
    const actual = Number(truth[at] < classThreshold);
    darkValues += predicted;
    darkTruth += actual;
    darkBoth += predicted & actual;
  }
  return { squares, darkValues, darkTruth, darkBoth };
}

/** The same with the truth as levels, which are looked up where they are used. */
function greyLevelSums(squares: number, values: Float32Array, levels: Uint8Array): GreySums {
  let [darkValues, darkTruth, darkBoth] = [0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    const level = levels[at];
    const difference = values[at] - levelShares[level];
    squares += difference * difference;
    const predicted = Number(values[at] < classThreshold);
    const actual = darkLevels[level];
    darkValues += predicted;
    darkTruth += actual;
    darkBoth += predicted & actual;
  }
  return { squares, darkValues, darkTruth, darkBoth };
}

/** The score of sums over so many pixels of one output, as a scorer has it. */
export function greyScore(
  { squares, darkValues, darkTruth, darkBoth }: GreySums,
  pixels: number,
): TruthScore {
  const dark = darkValues + darkTruth;
  return { mse: squares / pixels, iou: dark > 0 ? darkBoth / (dark - darkBoth) : null };
}

/**
 * A scorer for 1 to 3 outputs. With one output the overlap is that of the black class (value < 0.5) and null where
 * neither side has a black pixel. With more, each channel is cut at 0.5 into one of 2^outputs colours, and the overlap
 * is the mean over the colours that the truth holds. Only sums and quotients: portable.
 */
export function createTruthScorer(outputs: number): TruthScorer {
  const colours = 1 << outputs;
  const both = new Float64Array(colours);
  const inValues = new Float64Array(colours);
  const inTruth = new Float64Array(colours);
  let squares = 0;
  let terms = 0;

  const addGrey = (added: GreySums, pixels: number): void => {
    squares = added.squares;
    terms += pixels;
    inValues[1] += added.darkValues;
    inTruth[1] += added.darkTruth;
    both[1] += added.darkBoth;
  };

  const addLevels = (values: Float32Array, levels: Uint8Array): void => {
    requireSameLength(values, levels);
    if (outputs === 1) addGrey(greyLevelSums(squares, values, levels), values.length);
    else
      add(
        values,
        Float32Array.from(levels, (level) => levelShares[level]),
      );
  };

  const add = (values: Float32Array, truth: Float32Array): void => {
    requireSameLength(values, truth);
    if (outputs === 1) {
      addGrey(greySums(squares, values, truth), values.length);
      return;
    }
    for (let at = 0; at < values.length; at += outputs) {
      let predicted = 0;
      let actual = 0;
      for (let output = 0; output < outputs; output++) {
        const value = values[at + output];
        const target = truth[at + output];
        const difference = value - target;
        squares += difference * difference;
        // Bit set = dark, so that colour 1 of one output is black.
        if (value < classThreshold) predicted |= 1 << output;
        if (target < classThreshold) actual |= 1 << output;
      }
      inValues[predicted]++;
      inTruth[actual]++;
      if (predicted === actual) both[actual]++;
    }
    terms += values.length;
  };

  const overlap = (colour: number): number => {
    const common = both[colour];
    return common / (inValues[colour] + inTruth[colour] - common);
  };

  const score = (): TruthScore => {
    if (outputs === 1)
      return greyScore({ squares, darkValues: inValues[1], darkTruth: inTruth[1], darkBoth: both[1] }, terms);
    let sum = 0;
    let present = 0;
    for (let colour = 0; colour < colours; colour++) {
      if (inTruth[colour] > 0) {
        sum += overlap(colour);
        present++;
      }
    }
    return { mse: squares / terms, iou: present > 0 ? sum / present : null };
  };

  return { add, addLevels, score };
}

function requireSameLength(values: Float32Array, truth: Float32Array | Uint8Array): void {
  if (values.length !== truth.length) {
    throw new RangeError(`Values and truth differ in length: ${values.length} and ${truth.length}.`);
  }
}

/** Mean squared error and overlap of a whole frame: values float32 [height, width, channels] against the truth. */
export function truthScore(values: Float32Array, truth: TruthFrame): TruthScore {
  const scorer = createTruthScorer(truth.channels);
  scorer.add(values, truth.values);
  return scorer.score();
}

/** Mean squared error of values against labels, both float32 [n, outputs]; NaN where there are none. Portable. */
export function meanSquaredError(values: Float32Array, labels: Float32Array): number {
  if (values.length !== labels.length) {
    throw new RangeError(`Values and labels differ in length: ${values.length} and ${labels.length}.`);
  }
  let squares = 0;
  for (let at = 0; at < values.length; at++) {
    const difference = values[at] - labels[at];
    squares += difference * difference;
  }
  return squares / values.length;
}
