import { describe, expect, it } from 'vitest';
import type { SweepAxis } from '../../../electron/contract/entries.ts';
import {
  gridPlan,
  isLine,
  lineRows,
  neighbourCell,
  neighbourInLine,
  roleOf,
  suitedChoice,
  withHeld,
  withRole,
} from '../../../renderer/model/grid-axes.ts';
import { chartsGoBelow, gridFit, nextZoom, panelWidth } from '../../../renderer/model/grid-size.ts';
import { cell } from '../samples.ts';

const points: SweepAxis = { name: 'points', values: [5000, 312] };
const seeds: SweepAxis = { name: 'seed', values: [1, 2, 3] };
const shapes: SweepAxis = { name: 'shape', values: ['[8]*2', '[30]*30'] };
const rates: SweepAxis = { name: 'learning_rate', values: [0.1, 0.01] };

function cellsOf(axes: readonly SweepAxis[]) {
  let choices: Record<string, string | number | boolean>[] = [{}];
  for (const { name, values } of axes) {
    choices = choices.flatMap((choice) => values.map((value) => ({ ...choice, [name]: value })));
  }
  return choices.map((choice) => cell(Object.values(choice).join('/'), choice));
}

describe('axes of the grid', () => {
  it('puts points across and shapes or seeds down', () => {
    expect(suitedChoice([seeds, points])).toMatchObject({ x: 'points', y: 'seed', outerX: null, held: {} });
    expect(suitedChoice([points, shapes, seeds])).toMatchObject({ x: 'points', y: 'shape', outerX: 'seed' });
    expect(suitedChoice([])).toMatchObject({ x: null, y: null, held: {} });
  });

  it('holds axes for which there is no room', () => {
    const many: SweepAxis = { name: 'seed', values: [1, 2, 3, 4, 5, 6, 7, 8] };
    expect(suitedChoice([points, shapes, many])).toMatchObject({ outerX: null, held: { seed: 1 } });
  });

  it('has another axis around it before the seeds, which are held', () => {
    const many: SweepAxis = { name: 'seed', values: [1, 2, 3] };
    expect(suitedChoice([points, shapes, many, rates])).toMatchObject({
      outerX: 'learning_rate',
      held: { seed: 1 },
    });
  });

  it('gives every cell one place, block by block', () => {
    const axes = [points, shapes, seeds];
    const cells = cellsOf(axes);
    const plan = gridPlan(cells, axes, suitedChoice(axes));
    expect(plan.columns).toHaveLength(6);
    expect(plan.rows).toHaveLength(2);
    expect(plan.columns.map(({ startsBlock }) => startsBlock)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(new Set(plan.cells.flat().map((one) => one?.id)).size).toBe(cells.length);
    expect(plan.cells[1][3]?.axes).toEqual({ points: 312, shape: '[30]*30', seed: 2 });
  });

  it('shows cells of the held value only, and holes where a sweep has none', () => {
    const axes = [points, seeds];
    const choice = withHeld(withRole(suitedChoice(axes), axes, 'seed', 'held'), 'seed', 2);
    const cells = cellsOf(axes).filter(({ id }) => id !== '312/2');
    const plan = gridPlan(cells, axes, choice);
    expect(plan.cells).toHaveLength(1);
    expect(plan.cells[0].map((one) => one?.id ?? null)).toEqual(['5000/2', null]);
  });

  it('swaps roles', () => {
    const axes = [points, seeds];
    const swapped = withRole(suitedChoice(axes), axes, 'seed', 'x');
    expect([swapped.x, swapped.y]).toEqual(['seed', 'points']);
    const held = withRole(swapped, axes, 'points', 'held');
    expect([held.x, held.y, held.held]).toEqual(['seed', null, { points: 5000 }]);
    const back = withRole(held, axes, 'points', 'outerY');
    expect([roleOf(back, 'points'), roleOf(back, 'seed'), back.held]).toEqual(['outerY', 'x', {}]);
  });

  it('goes to the neighbour, past holes, and stays at the edge', () => {
    const axes = [seeds];
    const cells = cellsOf(axes);
    const plan = gridPlan([cells[0], cells[2]], axes, suitedChoice(axes));
    expect(neighbourCell(plan, cells[0], 1, 0)).toBe(cells[2]);
    expect(neighbourCell(plan, cells[2], 1, 0)).toBe(cells[2]);
    expect(neighbourCell(plan, cells[0], 0, 1)).toBe(cells[0]);
  });

  it('breaks a line into rows, whichever side its axis is on, and steps through them', () => {
    const axes = [{ name: 'points', values: [5, 4, 3, 2, 1] }];
    const cells = cellsOf(axes).filter(({ axes: at }) => at['points'] !== 4);
    for (const choice of [suitedChoice(axes), withRole(suitedChoice(axes), axes, 'points', 'y')]) {
      expect(isLine(choice)).toBe(true);
      const plan = gridPlan(cells, axes, choice);
      const rows = lineRows(plan, 3).map((row) =>
        row.map(({ heading, cell }) => [heading.value, cell?.axes['points'] ?? null]),
      );
      expect(rows).toEqual([
        [
          [5, 5],
          [4, null],
          [3, 3],
        ],
        [
          [2, 2],
          [1, 1],
        ],
      ]);
      const points = (from: number, by: number) => neighbourInLine(plan, cells[from], by).axes['points'];
      expect([points(0, 1), points(1, 1), points(1, -1)]).toEqual([3, 2, 5]);
      expect([points(0, 3), points(3, 1), points(1, 3), points(2, -3)]).toEqual([2, 1, 3, 5]);
    }
    expect(isLine(suitedChoice([points, seeds]))).toBe(false);
  });
});

describe('size of the pictures', () => {
  const space = {
    width: 900,
    height: 600,
    columns: 5,
    rows: 3,
    columnBlocks: 1,
    rowBlocks: 1,
    isLine: false,
    hasRowTitles: true,
    hasOuterColumns: false,
    aspect: 1,
  };

  it('fits the whole grid as long as pictures stay readable', () => {
    const { width, height } = gridFit(space);
    expect(width * 5).toBeLessThan(900);
    expect(height * 3).toBeLessThan(600);
    expect(width).toBeGreaterThan(120);
    expect(gridFit({ ...space, columns: 60 }).width).toBe(88);
    expect(gridFit({ ...space, height: 900, columns: 1, rows: 1 }).width).toBe(560);
  });

  it('has room for a grid without pictures, as of cells that are a heat map', () => {
    for (const isLine of [true, false])
      expect(gridFit({ ...space, columns: 0, rows: 0, isLine }).width).toBeGreaterThan(0);
  });

  it('breaks a line where that makes its pictures larger, evenly, and never past the width', () => {
    const line = { ...space, rows: 1, isLine: true, hasRowTitles: false };
    expect(gridFit({ ...line, width: 1280, height: 240 }).across).toBe(5);
    const broken = gridFit({ ...line, width: 900, height: 560 });
    expect(broken.across).toBe(3);
    expect(broken.width).toBeGreaterThan(1.2 * gridFit({ ...line, isLine: false, height: 560 }).width);
    expect(gridFit({ ...line, columns: 4, width: 900, height: 560 }).across).toBe(2);
    expect(gridFit({ ...line, columns: 1, rows: 5, hasRowTitles: true, height: 560 })).toEqual(broken);
    const small = gridFit({ ...line, columns: 60, width: 900, height: 300 });
    expect(small.width).toBe(88);
    expect(44 + small.across * (small.width + 10)).toBeLessThanOrEqual(900);
  });

  it('is seen whole however many pictures there are, and larger or smaller as a person asks', () => {
    const many = { ...space, columns: 30, rows: 16 };
    expect(gridFit(many).width).toBe(88);
    const whole = gridFit(many, 'whole');
    expect(30 * (whole.width + 2) + 118).toBeLessThan(900);
    expect(16 * (whole.height + 2) + 28).toBeLessThan(600);
    // As large as it can be: a little more would not fit.
    expect(16 * (whole.height + 2 + 3) + 28 + 18 > 600 || 30 * (whole.width + 2 + 3) + 118 + 44 > 900).toBe(
      true,
    );
    expect(gridFit(space, 'whole')).toEqual(gridFit(space));
    expect(gridFit(many, 2).width).toBe(176);
    expect(gridFit(many, nextZoom(many, 'whole', true)).width).toBeCloseTo(1.25 * whole.width, -0.5);
    expect(nextZoom(many, 1, false)).toBe(0.8);
  });

  it('keeps the aspect of the picture', () => {
    const { width, height } = gridFit({ ...space, aspect: 2 });
    expect(width / height).toBeCloseTo(2, 1);
    const tall = gridFit({ ...space, aspect: 0.5, columns: 20, rows: 8 });
    expect(Math.max(tall.width, tall.height)).toBe(88);
  });

  it('leaves what it does not need to the panel beside it', () => {
    const bounds = { narrowest: 372, widest: 780 };
    const wide = { ...space, width: 1300, columns: 3 };
    const width = panelWidth(wide, bounds);
    expect(width).toBeGreaterThan(372);
    expect(gridFit({ ...wide, width: wide.width - width })).toEqual(
      gridFit({ ...wide, width: wide.width - 372 }),
    );
    expect(panelWidth({ ...wide, width: 3000 }, bounds)).toBe(780);
    expect(panelWidth({ ...wide, columns: 9 }, bounds)).toBe(372);
  });

  it('puts charts below a single row and beside a square grid', () => {
    const panel = { width: 370, height: 250 };
    expect(chartsGoBelow({ ...space, width: 1280, rows: 1 }, panel)).toBe(true);
    expect(chartsGoBelow({ ...space, width: 1280, rows: 3 }, panel)).toBe(false);
  });
});
