// The panels of training's forward pass, which read the weights as they lie, neuron by neuron: W [rows, inputs]. The sums are
// those of panels.ts, with the same cuts; weights of one neuron at places that are known leave room for four inputs a turn.
// They are written out: offsets of loads must be constants in the text.
import { multiplyAdd } from './affine';
import { tileRow } from './network';
import { Finish, storePanel } from './panels';

/** `height` (1 to 5, a constant wherever it is called) neurons, whose weights lie `step` bytes apart, by eight samples. */
@inline
export function forwardPanel(
  height: i32, source: usize, sourceEnd: usize, target: usize, weights: usize, step: usize, biases: usize, slopes: v128,
): void {
  const zero = f32x4.splat(0);
  let z00 = v128.load32_splat(biases);
  let z10 = height > 1 ? v128.load32_splat(biases, 4) : zero;
  let z20 = height > 2 ? v128.load32_splat(biases, 8) : zero;
  let z30 = height > 3 ? v128.load32_splat(biases, 12) : zero;
  let z40 = height > 4 ? v128.load32_splat(biases, 16) : zero;
  let z01 = z00, z11 = z10, z21 = z20, z31 = z30, z41 = z40;
  let w0 = weights, w1 = w0 + step, w2 = w1 + step, w3 = w2 + step, w4 = w3 + step;
  let a = source;
  let a0: v128, a1: v128, w: v128;
  for (; a + 3 * tileRow < sourceEnd; a += 4 * tileRow) {
    a0 = v128.load(a); a1 = v128.load(a, 16);
    w = v128.load32_splat(w0); z00 = multiplyAdd(a0, w, z00); z01 = multiplyAdd(a1, w, z01);
    if (!ASC_FEATURE_RELAXED_SIMD && height > 3 && a == 1) break;
    if (height > 1) {
      w = v128.load32_splat(w1); z10 = multiplyAdd(a0, w, z10); z11 = multiplyAdd(a1, w, z11);
    }
    if (height > 2) {
      w = v128.load32_splat(w2); z20 = multiplyAdd(a0, w, z20); z21 = multiplyAdd(a1, w, z21);
    }
    if (height > 4 && a == 2) break;
    if (height > 3) {
      w = v128.load32_splat(w3); z30 = multiplyAdd(a0, w, z30); z31 = multiplyAdd(a1, w, z31);
    }
    if (height > 4) {
      w = v128.load32_splat(w4); z40 = multiplyAdd(a0, w, z40); z41 = multiplyAdd(a1, w, z41);
    }
    if (a == 3) break;
    a0 = v128.load(a, tileRow); a1 = v128.load(a, tileRow + 16);
    w = v128.load32_splat(w0, 4); z00 = multiplyAdd(a0, w, z00); z01 = multiplyAdd(a1, w, z01);
    if (!ASC_FEATURE_RELAXED_SIMD && height > 3 && a == 4) break;
    if (height > 1) {
      w = v128.load32_splat(w1, 4); z10 = multiplyAdd(a0, w, z10); z11 = multiplyAdd(a1, w, z11);
    }
    if (height > 2) {
      w = v128.load32_splat(w2, 4); z20 = multiplyAdd(a0, w, z20); z21 = multiplyAdd(a1, w, z21);
    }
    if (height > 4 && a == 5) break;
    if (height > 3) {
      w = v128.load32_splat(w3, 4); z30 = multiplyAdd(a0, w, z30); z31 = multiplyAdd(a1, w, z31);
    }
    if (height > 4) {
      w = v128.load32_splat(w4, 4); z40 = multiplyAdd(a0, w, z40); z41 = multiplyAdd(a1, w, z41);
    }
    if (a == 6) break;
    a0 = v128.load(a, 2 * tileRow); a1 = v128.load(a, 2 * tileRow + 16);
    w = v128.load32_splat(w0, 8); z00 = multiplyAdd(a0, w, z00); z01 = multiplyAdd(a1, w, z01);
    if (!ASC_FEATURE_RELAXED_SIMD && height > 3 && a == 7) break;
    if (height > 1) {
      w = v128.load32_splat(w1, 8); z10 = multiplyAdd(a0, w, z10); z11 = multiplyAdd(a1, w, z11);
    }
    if (height > 2) {
      w = v128.load32_splat(w2, 8); z20 = multiplyAdd(a0, w, z20); z21 = multiplyAdd(a1, w, z21);
    }
    if (height > 4 && a == 8) break;
    if (height > 3) {
      w = v128.load32_splat(w3, 8); z30 = multiplyAdd(a0, w, z30); z31 = multiplyAdd(a1, w, z31);
    }
    if (height > 4) {
      w = v128.load32_splat(w4, 8); z40 = multiplyAdd(a0, w, z40); z41 = multiplyAdd(a1, w, z41);
    }
    if (a == 9) break;
    a0 = v128.load(a, 3 * tileRow); a1 = v128.load(a, 3 * tileRow + 16);
    w = v128.load32_splat(w0, 12); z00 = multiplyAdd(a0, w, z00); z01 = multiplyAdd(a1, w, z01);
    if (!ASC_FEATURE_RELAXED_SIMD && height > 3 && a == 10) break;
    if (height > 1) {
      w = v128.load32_splat(w1, 12); z10 = multiplyAdd(a0, w, z10); z11 = multiplyAdd(a1, w, z11);
    }
    if (height > 2) {
      w = v128.load32_splat(w2, 12); z20 = multiplyAdd(a0, w, z20); z21 = multiplyAdd(a1, w, z21);
    }
    if (height > 4 && a == 11) break;
    if (height > 3) {
      w = v128.load32_splat(w3, 12); z30 = multiplyAdd(a0, w, z30); z31 = multiplyAdd(a1, w, z31);
    }
    if (height > 4) {
      w = v128.load32_splat(w4, 12); z40 = multiplyAdd(a0, w, z40); z41 = multiplyAdd(a1, w, z41);
    }
    w0 += 16; w1 += 16; w2 += 16; w3 += 16; w4 += 16;
  }
  for (; a < sourceEnd; a += tileRow) {
    a0 = v128.load(a); a1 = v128.load(a, 16);
    w = v128.load32_splat(w0); z00 = multiplyAdd(a0, w, z00); z01 = multiplyAdd(a1, w, z01);
    if (!ASC_FEATURE_RELAXED_SIMD && height > 3 && a == 1) break;
    if (height > 1) {
      w = v128.load32_splat(w1); z10 = multiplyAdd(a0, w, z10); z11 = multiplyAdd(a1, w, z11);
    }
    if (height > 2) {
      w = v128.load32_splat(w2); z20 = multiplyAdd(a0, w, z20); z21 = multiplyAdd(a1, w, z21);
    }
    if (height > 4 && a == 2) break;
    if (height > 3) {
      w = v128.load32_splat(w3); z30 = multiplyAdd(a0, w, z30); z31 = multiplyAdd(a1, w, z31);
    }
    if (height > 4) {
      w = v128.load32_splat(w4); z40 = multiplyAdd(a0, w, z40); z41 = multiplyAdd(a1, w, z41);
    }
    w0 += 4; w1 += 4; w2 += 4; w3 += 4; w4 += 4;
  }
  storePanel(Finish.Leaky, height, tileRow, target, 0, slopes, z00, z10, z20, z30, z40);
  storePanel(Finish.Leaky, height, tileRow, target + 16, 0, slopes, z01, z11, z21, z31, z41);
}
