import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { colourTable, tableIndex } from '../../../experiments/drawing/colour-map.ts';
import { evaluateAtPoint } from '../../../experiments/polytopes/point-evaluation.ts';
import { initialNetwork, lineNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { colourWord } from '../../../renderer/paint/pixel-colours.ts';
import { PaintedComplex, type ComplexStyle } from '../../../renderer/polytopes/complex-paint.ts';
import { extract } from '../../experiments/polytopes/geometry-kernel.ts';

const plain: ComplexStyle = { ground: 'prediction', creases: false, map: 'viridis', hasLevelSet: false };
const network = initialNetwork([10, 10], 'he-normal', 5, 0.01);
const complex = extract(network, unitView);
const painted = new PaintedComplex(complex);
const size = 40;

function valueAt(pixel: number, shape = network): number {
  const x = ((pixel % size) + 0.5) / size;
  const y = (Math.floor(pixel / size) + 0.5) / size;
  return evaluateAtPoint(shape, x, y).values[0];
}

describe('pictures of a complex', () => {
  it('show the network at every pixel', () => {
    const table = colourTable('viridis');
    const pixels = painted.paint(size, size, plain, 1);
    pixels.forEach((pixel, at) => {
      const row = 3 * tableIndex(valueAt(at));
      expect(pixel).toBe(colourWord(table[row], table[row + 1], table[row + 2]));
    });
  });

  it('show the sigmoid of networks that have one', () => {
    const squashed = { ...network, output: 'sigmoid' as const };
    const pixels = new PaintedComplex({ ...complex, network: squashed }).paint(size, size, plain, 1);
    const table = colourTable('viridis');
    const row = 3 * tableIndex(1 / (1 + Math.exp(-valueAt(777))));
    expect(pixels[777]).toBe(colourWord(table[row], table[row + 1], table[row + 2]));
  });

  it('give every region one colour, and neighbours mostly others', () => {
    for (const ground of ['regions', 'slope', 'direction'] as const) {
      const colours = new Set(painted.paint(size, size, { ...plain, ground }, 1));
      expect(colours.size).toBeGreaterThan(5);
      expect(colours.size).toBeLessThanOrEqual(complex.regionCount);
    }
    const hues = new Set(painted.paint(size, size, { ...plain, ground: 'density' }, 1));
    expect(hues.size).toBeGreaterThan(3);
  });

  it('draw creases where they lie, on the ground or on nothing', () => {
    const line = new PaintedComplex(extract(lineNetwork([[1, 0, -0.5]]), unitView));
    for (const ground of ['layers', 'error', 'regions'] as const) {
      const without = line.paint(size + 1, 5, { ...plain, ground }, 1);
      const pixels = line.paint(size + 1, 5, { ...plain, ground, creases: true }, 1);
      const changed = [...pixels.keys()].filter((at) =>
        ground === 'layers' ? pixels[at] !== colourWord(255, 255, 255) : pixels[at] !== without[at],
      );
      expect(changed.map((at) => at % (size + 1))).toEqual(new Array(5).fill(size / 2));
      if (ground === 'error') expect(without.every((pixel) => pixel === 0)).toBe(true);
    }
  });

  it('draw the level set between what lies above and what lies below', () => {
    const pixels = painted.paint(size, size, plain, 1);
    const marked = painted.paint(size, size, { ...plain, hasLevelSet: true }, 1);
    const hits = [...pixels.keys()].filter((at) => pixels[at] !== marked[at]);
    const above = [...pixels.keys()].filter((at) => valueAt(at) > 0.5).length;
    expect(hits.length > 0).toBe(above > 0 && above < pixels.length);
    const near = hits.filter((at) => Math.abs(valueAt(at) - 0.5) < 0.2).length;
    expect(near).toBe(hits.length);
  });
});
