/** Rows of long lists: which are drawn, and with which elements. */
import { describe, expect, it } from 'vitest';
import { drawnRows, rowWindow } from '../../../renderer/model/row-window.ts';

describe('rowWindow', () => {
  it('holds the rows in sight and some around them', () => {
    const { from, to } = rowWindow(1000, 500, 30);
    expect(from).toBeLessThan(500);
    expect(to).toBeGreaterThan(530);
    expect(to - from).toBeLessThan(50);
  });

  it('stays inside of the list at both ends, whatever the scroll says', () => {
    expect(rowWindow(1000, 0, 30).from).toBe(0);
    expect(rowWindow(1000, 999, 30).to).toBe(1000);
    expect(rowWindow(10, 700, 30)).toEqual({ from: 0, to: 10, slots: 10 });
    expect(rowWindow(0, 0, 30)).toEqual({ from: 0, to: 0, slots: 0 });
  });

  it('has as many rows in the middle as at the ends', () => {
    for (const first of [0, 3, 500, 980, 1000]) {
      const { from, to, slots } = rowWindow(1000, first, 30);
      expect(to - from).toBe(slots);
    }
  });
});

describe('drawnRows', () => {
  it('gives each row a slot of its own, and that of a row which went out of sight to one that came', () => {
    const before = drawnRows(rowWindow(1000, 500, 30), -1);
    const after = drawnRows(rowWindow(1000, 503, 30), -1);
    expect(new Set(before.map(({ slot }) => slot)).size).toBe(before.length);
    const slots = new Map(before.map(({ index, slot }) => [index, slot]));
    const stayed = after.filter(({ index }) => slots.has(index));
    expect(stayed).toHaveLength(after.length - 3);
    for (const { index, slot } of stayed) expect(slot).toBe(slots.get(index));
    expect(after.map(({ slot }) => slot).sort()).toEqual(before.map(({ slot }) => slot).sort());
  });

  it('keeps a row that is apart, in its place among the others', () => {
    const view = rowWindow(1000, 500, 30);
    expect(drawnRows(view, 2).map(({ index }) => index)).toEqual([
      2,
      ...drawnRows(view, -1).map(({ index }) => index),
    ]);
    expect(drawnRows(view, 900).at(-1)).toMatchObject({ index: 900 });
    expect(
      drawnRows(view, 900).filter(({ slot }) => slot === drawnRows(view, 900).at(-1)?.slot),
    ).toHaveLength(1);
  });
});
