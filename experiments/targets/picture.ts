/** A picture as a true distribution over the unit square. */

/** An 8-bit picture: bytes [height, width, channels] row-major, channels 1 (grey, 0 black to 255 white) or 3 (RGB). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bytes: Uint8Array;
  /** Points that are learnt in place of pixels; missing where pixels are. */
  readonly own?: OwnPoints;
}

/** Points that people bring along: coordinates float32 [n, 2] in the unit square, labels float32 [n, channels] in [0, 1]. */
export interface OwnPoints {
  readonly coordinates: Float32Array;
  readonly labels: Float32Array;
  /** Whether the picture is the truth behind them; else it only shows them. */
  readonly hasTruth: boolean;
  /** How they were read and scaled, one line each. */
  readonly remarks: readonly string[];
}

/** Whether there is a true picture to measure against. */
export function knowsTruth({ own }: Picture): boolean {
  return own?.hasTruth ?? true;
}

/** Truth sampled at the pixel centres of a width x height frame over a view: float32 [height, width, channels] in [0, 1]. */
export interface TruthFrame {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly values: Float32Array;
}
