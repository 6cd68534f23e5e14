/**
 * From coefficients to samples: the inverse cosine transform of Loeffler, Ligtenberg and Moschytz ("Practical fast 1-D DCT
 * algorithms with 11 multiplications", ICASSP 1989) in whole numbers, with the roundings of pdf.js and jpeg-js.
 */

const cosine1 = 4017;
const sine1 = 799;
const cosine3 = 3406;
const sine3 = 2276;
const cosine6 = 1567;
const sine6 = 3784;
const root2 = 5793;
const halfRoot2 = 2896;

/** Samples of a block, 8 rows of 8. */
const block = new Int32Array(64);

/**
 * Writes the samples of one block, 8 bits each, to `samples` from `at` on, `stride` from row to row. The coefficients, 64
 * from `offset`, and the quantisation table are in the order of the block's rows.
 */
export function writeSamples(
  coefficients: Int16Array,
  offset: number,
  quantization: Int32Array,
  samples: Uint8Array,
  at: number,
  stride: number,
): void {
  for (let place = 0; place < 64; place++) block[place] = coefficients[offset + place] * quantization[place];
  for (let row = 0; row < 64; row += 8) transformRow(row);
  for (let column = 0; column < 8; column++) transformColumn(column);
  for (let row = 0, place = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) {
      const sample = 128 + ((block[place++] + 8) >> 4);
      samples[at + row * stride + column] = sample < 0 ? 0 : sample > 255 ? 255 : sample;
    }
  }
}

function transformRow(at: number): void {
  const p = block;
  const isFlat = (p[at + 1] | p[at + 2] | p[at + 3] | p[at + 4] | p[at + 5] | p[at + 6] | p[at + 7]) === 0;
  if (isFlat) {
    p.fill((root2 * p[at] + 512) >> 10, at, at + 8);
    return;
  }
  const v0 = (root2 * p[at] + 128) >> 8;
  const v1 = (root2 * p[at + 4] + 128) >> 8;
  const v4 = (halfRoot2 * (p[at + 1] - p[at + 7]) + 128) >> 8;
  const v7 = (halfRoot2 * (p[at + 1] + p[at + 7]) + 128) >> 8;
  combine(at, 1, v0, v1, p[at + 2], p[at + 6], v4, v7, p[at + 3] << 4, p[at + 5] << 4, 128, 8);
}

function transformColumn(at: number): void {
  const p = block;
  const isFlat =
    (p[at + 8] | p[at + 16] | p[at + 24] | p[at + 32] | p[at + 40] | p[at + 48] | p[at + 56]) === 0;
  if (isFlat) {
    const value = (root2 * p[at] + 8192) >> 14;
    for (let row = 0; row < 64; row += 8) p[at + row] = value;
    return;
  }
  const v0 = (root2 * p[at] + 2048) >> 12;
  const v1 = (root2 * p[at + 32] + 2048) >> 12;
  const v4 = (halfRoot2 * (p[at + 8] - p[at + 56]) + 2048) >> 12;
  const v7 = (halfRoot2 * (p[at + 8] + p[at + 56]) + 2048) >> 12;
  combine(at, 8, v0, v1, p[at + 16], p[at + 48], v4, v7, p[at + 24], p[at + 40], 2048, 12);
}

/** The last three of the transform's four stages, on the eight values from `at` on, `step` apart. */
function combine(
  at: number,
  step: number,
  a0: number,
  a1: number,
  a2: number,
  a3: number,
  a4: number,
  a7: number,
  a5: number,
  a6: number,
  half: number,
  shift: number,
): void {
  const p = block;
  const b0 = (a0 + a1 + 1) >> 1;
  const b1 = (a0 - a1 + 1) >> 1;
  const b3 = (a2 * sine6 + a3 * cosine6 + half) >> shift;
  const b2 = (a2 * cosine6 - a3 * sine6 + half) >> shift;
  const b4 = (a4 + a6 + 1) >> 1;
  const b6 = (a4 - a6 + 1) >> 1;
  const b7 = (a7 + a5 + 1) >> 1;
  const b5 = (a7 - a5 + 1) >> 1;
  const c0 = (b0 + b3 + 1) >> 1;
  const c3 = (b0 - b3 + 1) >> 1;
  const c1 = (b1 + b2 + 1) >> 1;
  const c2 = (b1 - b2 + 1) >> 1;
  const c7 = (b4 * sine3 + b7 * cosine3 + 2048) >> 12;
  const c4 = (b4 * cosine3 - b7 * sine3 + 2048) >> 12;
  const c6 = (b5 * sine1 + b6 * cosine1 + 2048) >> 12;
  const c5 = (b5 * cosine1 - b6 * sine1 + 2048) >> 12;
  p[at] = c0 + c7;
  p[at + 7 * step] = c0 - c7;
  p[at + step] = c1 + c6;
  p[at + 6 * step] = c1 - c6;
  p[at + 2 * step] = c2 + c5;
  p[at + 5 * step] = c2 - c5;
  p[at + 3 * step] = c3 + c4;
  p[at + 4 * step] = c3 - c4;
}
