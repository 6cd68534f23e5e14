import { describe, expect, test } from 'vitest';
import { chartData } from '../../../experiments/charts/chart-data.ts';
import { darkInk, lightInk, lineLooks, mostLines } from '../../../experiments/charts/chart-look.ts';
import { hexColour } from '../../../experiments/drawing/colour-map.ts';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';
import { deficiencies, luminance, seenDistance } from './colour-vision.ts';
import { madeCell } from './made-up-entry.ts';

/** What is told apart at a glance: several times what is just noticed. */
const apart = 10;

function looksOf(values: readonly AxisValue[], isDark: boolean) {
  const cells = values.map((value) => madeCell({ settings: { points: 10, kind: value }, error: [1] }));
  const data = chartData(cells, {
    x: { kind: 'setting', name: 'points' },
    y: { kind: 'measure', name: 'truthMse' },
    lines: { kind: 'setting', name: 'kind' },
    dashes: null,
    panels: null,
    place: 'last',
  });
  const look = lineLooks(data, isDark);
  return data.colourValues.map((colourValue) => look({ colourValue, dashValue: null }));
}

const names = Array.from({ length: mostLines }, (_, at) => `kind ${at}`);
const numbers = Array.from({ length: mostLines }, (_, at) => 2 ** at);

describe('lines of a chart', () => {
  test.each(Object.keys(deficiencies))('are told apart by colour or by mark with %s', (deficiency) => {
    for (const isDark of [false, true]) {
      for (const values of [names, numbers]) {
        for (let count = 2; count <= mostLines; count++) {
          const looks = looksOf(values.slice(0, count), isDark);
          looks.forEach((a, at) =>
            looks.slice(at + 1).forEach((b) => {
              if (a.mark !== b.mark) return;
              const distance = seenDistance(a.colour, b.colour, deficiency);
              expect([a.colour, b.colour, distance > apart]).toEqual([a.colour, b.colour, true]);
            }),
          );
        }
      }
    }
  });

  test('have at least 3 to 1 against their ground', () => {
    for (const [isDark, { ground }] of [
      [false, lightInk],
      [true, darkInk],
    ] as const) {
      for (const { colour } of [...looksOf(names, isDark), ...looksOf(numbers, isDark)]) {
        const [low, high] = [luminance(colour), luminance(ground)].sort((a, b) => a - b);
        const contrast = (high + 0.05) / (low + 0.05);
        expect([colour, isDark, contrast >= 3]).toEqual([colour, isDark, true]);
      }
    }
  });
});

test.each(Object.keys(deficiencies))('steps of a heat map are told apart with %s', (deficiency) => {
  const steps = Array.from({ length: 9 }, (_, at) => hexColour('viridis', at / 8));
  steps.slice(1).forEach((colour, at) => {
    const distance = seenDistance(steps[at], colour, deficiency);
    expect([at, distance > 2.3 * 2]).toEqual([at, true]);
  });
});
