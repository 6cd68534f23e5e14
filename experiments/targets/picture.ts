/** A picture as a true distribution over the unit square. */

/** An 8-bit picture: bytes [height, width, channels] row-major, channels 1 (grey, 0 black to 255 white) or 3 (RGB). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bytes: Uint8Array;
}

/** Truth sampled at the pixel centres of a width x height frame over a view: float32 [height, width, channels] in [0, 1]. */
export interface TruthFrame {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly values: Float32Array;
}
