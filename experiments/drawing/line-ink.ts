/** Smooth lines as ink on a plane of pixels: each line's length is shared out among the pixels that it passes. */

/** Ink of a picture with a margin of one pixel on every side, so that lines along its edge need no special care. */
export class LineInk {
  readonly width: number;
  readonly height: number;
  /** float32 [height + 2, width + 2]: length of the lines in a pixel, in pixels, times their weights. */
  readonly ink: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.ink = new Float32Array((width + 2) * (height + 2));
  }

  /**
   * Adds a line between two points in pixels (the picture's upper left corner is 0, 0), both inside the picture. Its ink
   * is its length times `weight`, in samples at most one pixel apart that are shared out to the four nearest centres.
   */
  add(x0: number, y0: number, x1: number, y1: number, weight: number): void {
    const { ink } = this;
    const stride = this.width + 2;
    const dx = x1 - x0;
    const dy = y1 - y0;
    const length = Math.sqrt(dx * dx + dy * dy);
    const samples = Math.max(1, Math.ceil(length));
    const dose = (weight * length) / samples;
    // Half a pixel from corners to centres, one for the margin.
    const stepX = dx / samples;
    const stepY = dy / samples;
    let x = x0 + 0.5 + 0.5 * stepX;
    let y = y0 + 0.5 + 0.5 * stepY;
    for (let sample = 0; sample < samples; sample++) {
      const column = x | 0;
      const row = y | 0;
      const right = dose * (x - column);
      const left = dose - right;
      const lower = y - row;
      const at = row * stride + column;
      ink[at] += left * (1 - lower);
      ink[at + 1] += right * (1 - lower);
      ink[at + stride] += left * lower;
      ink[at + stride + 1] += right * lower;
      x += stepX;
      y += stepY;
    }
  }

  /** Ink without the margin, what lies in it left out: float32 [height, width]. */
  plane(): Float32Array {
    const { width, height, ink } = this;
    const plane = new Float32Array(width * height);
    for (let row = 0; row < height; row++) {
      const from = (row + 1) * (width + 2) + 1;
      plane.set(ink.subarray(from, from + width), row * width);
    }
    return plane;
  }
}
