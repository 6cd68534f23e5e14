import { describe, expect, it } from 'vitest';
import {
  sweepSeconds,
  trainersText,
  type EstimatedCell,
} from '../../../experiments/sweeps/sweep-estimate.ts';

const cells = (engine: EstimatedCell['engine'], ...seconds: number[]): EstimatedCell[] =>
  seconds.map((own) => ({ engine, seconds: own }));

describe('the time of a sweep', () => {
  it('is that of the busiest thread, of all cells of the GPU together, or of the slower one of both', () => {
    expect(sweepSeconds(cells('wasm', 3, 2, 1), 2)).toBe(3);
    expect(sweepSeconds(cells('webgpu', 3, 2, 1), 2)).toBe(6);
    expect(sweepSeconds([...cells('webgpu', 3, 2), ...cells('wasm', 4, 4, 4)], 2)).toBe(8);
    expect(sweepSeconds([...cells('webgpu', 3, 2), ...cells('wasm', 4, 4, 4)], 3)).toBe(5);
    expect(sweepSeconds([], 2)).toBe(0);
  });

  it('names what trains', () => {
    expect(trainersText(cells('wasm', 1), 1, null)).toBe('1 thread');
    expect(trainersText(cells('reference', 1), 4, 'Card')).toBe('4 threads');
    expect(trainersText(cells('webgpu', 1), 4, 'Card')).toBe('the GPU (Card)');
    expect(trainersText([...cells('webgpu', 1), ...cells('wasm', 1)], 3, 'Card')).toBe(
      'the GPU (Card) and 3 threads',
    );
    expect(trainersText([], 2, null)).toBe('2 threads');
  });
});
