/**
 * Version of the portable arithmetic; another version gives other bits. 'portable-1', in float32 unless stated otherwise:
 *
 * - Values: z = bias, then z + w * a rounded twice for each input, inputs ascending; leaky ReLU as max(z, slope * z).
 * - Batches are cut into tiles of 16 to 256 samples by the shape alone; a weight's gradient is summed in four lanes over
 *   each tile, tile after tile (kernels/assembly/gradient.ts); the delta of a layer like values, rows ascending from 0.
 * - Losses and gradient norms are summed in float64; exp and log1p are polynomials (kernels/assembly/loss.ts).
 * - Optimisers follow PyTorch's formulas; their constants are computed in float64 and rounded once; moments below the
 *   smallest normal float32 become zero (kernels/assembly/optimizer.ts).
 * - The points of epoch e are taken in the order of Philox words of the shuffle stream's subsequence e (shuffle.ts there).
 */
export const numericsVersion = 'portable-1';

/**
 * Version of the arithmetic of the relaxed build: 'portable-1' with every z + w * a of values, deltas and gradients fused
 * into one rounding where the machine has the instruction. The same bits on every machine that fuses, so of the class
 * 'device': WebAssembly leaves to the machine whether it does.
 */
export const fusedNumericsVersion = 'fused-1';
