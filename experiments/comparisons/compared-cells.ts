/** Cells of several entries as those of one: what differs between them becomes an axis. */
import { parameterCount } from '../network/shape.ts';
import type { AxisValue, SweepCell } from '../sweeps/cell.ts';
import { shapeOfCell } from '../sweeps/cell-network.ts';
import { namedValueText } from '../text/axis-text.ts';
import { settingNames, settingsOfConfig } from './cell-settings.ts';

/** An entry whose cells are compared. */
export interface ComparedEntry<Cell> {
  /** What people call it. */
  readonly title: string;
  /** What people call its pictures; a digest where it has no name. */
  pictureName(digest: string): string;
  readonly cells: readonly Cell[];
}

/** A cell with its place among all of them, and the number of the entry it is from. */
export interface ComparedCell<Cell> {
  readonly cell: Cell;
  readonly entry: number;
}

/** Compared cells, and what is to be said of them. */
export interface ComparedCells<Cell> {
  readonly cells: readonly ComparedCell<Cell>[];
  /** Settings that differ between entries together with others, so that the axis `entry` stands for all of them. */
  readonly together: readonly string[];
  /** Cells that are in several entries, and shown once. */
  readonly repeated: number;
}

/** The axis that stands for several settings which differ together. */
const entryAxis = 'entry';
/** Axes that cells have even where they do not differ. */
const always: readonly string[] = ['shape', 'parameters', 'points', 'seed'];

interface Placed<Cell> {
  readonly cell: Cell;
  readonly entry: number;
  readonly settings: ReadonlyMap<string, AxisValue>;
}

/**
 * The cells of entries, each with what differs as its axes. A setting that differs within an entry is an axis; so is one that
 * differs between entries alone, unless others differ with it: then the entry itself is the axis. A cell that is in several
 * entries is that of the one which came furthest, as `progress` says; of equals the first.
 */
export function comparedCells<Cell extends SweepCell>(
  entries: readonly ComparedEntry<Cell>[],
  progress: (cell: Cell) => number,
): ComparedCells<Cell> {
  const found = new Map<string, Placed<Cell>>();
  let repeated = 0;
  entries.forEach(({ cells, pictureName }, entry) => {
    for (const cell of cells) {
      const before = found.get(cell.id);
      if (before !== undefined) repeated++;
      if (before !== undefined && progress(before.cell) >= progress(cell)) continue;
      found.set(cell.id, { cell, entry, settings: namedSettings(cell, pictureName) });
    }
  });
  const placed = [...found.values()].sort((a, b) => a.entry - b.entry);
  const titles = uniqueTitles(entries.map(({ title }) => title));
  const { axes, between, together } = axesOf(placed);
  return {
    cells: placed.map(({ cell, entry, settings }) => {
      const place: Record<string, AxisValue> = {};
      for (const name of axes) place[name] = name === entryAxis ? titles[entry] : (settings.get(name) ?? '');
      const added = between.map((name) =>
        name === entryAxis ? titles[entry] : namedValueText(name, settings.get(name) ?? ''),
      );
      return { cell: { ...cell, axes: place, label: [cell.label, ...added].join(', ') }, entry };
    }),
    together,
    repeated,
  };
}

/** Settings with the pictures' names; counts of parameters are told where the shapes are made from them. */
function namedSettings<Cell extends SweepCell>(
  { config, axes }: Cell,
  pictureName: (digest: string) => string,
): ReadonlyMap<string, AxisValue> {
  const settings = new Map(settingsOfConfig(config));
  settings.set('target', pictureName(config.target));
  if (axes['parameters'] !== undefined) settings.set('parameters', parameterCount(shapeOfCell(config)));
  return settings;
}

function axesOf<Cell extends SweepCell>(
  placed: readonly Placed<Cell>[],
): { readonly axes: string[]; readonly between: string[]; readonly together: string[] } {
  const hasCounts = placed.every(({ settings }) => settings.has('parameters'));
  const names = settingNames.map((name) => (name === 'shape' && hasCounts ? 'parameters' : name));
  const entries = [...new Set(placed.map(({ entry }) => entry))];
  const values = (name: string, entry?: number): Set<AxisValue | undefined> =>
    new Set(
      placed
        .filter((one) => entry === undefined || one.entry === entry)
        .map(({ settings }) => settings.get(name)),
    );
  const differing = names.filter((name) => values(name).size > 1);
  const within = differing.filter((name) => entries.some((entry) => values(name, entry).size > 1));
  const constant = differing.filter((name) => !within.includes(name));
  const { kept, dropped } = tellingApart(constant, entries, (name, entry) => [...values(name, entry)][0]);
  const isTogether = dropped.length > 0;
  const between = isTogether ? [entryAxis] : kept;
  const hidden = isTogether ? constant : [];
  const shown = names.filter(
    (name) =>
      within.includes(name) || between.includes(name) || (always.includes(name) && !hidden.includes(name)),
  );
  return {
    axes: isTogether ? [...shown, entryAxis] : shown,
    between: between.filter((name) => !always.includes(name)),
    together: hidden,
  };
}

/** Settings of which each tells entries apart that those before it do not; the others differ together with them. */
function tellingApart(
  names: readonly string[],
  entries: readonly number[],
  valueOf: (name: string, entry: number) => AxisValue | undefined,
): { readonly kept: string[]; readonly dropped: string[] } {
  let groups = new Map(entries.map((entry) => [entry, '']));
  const kept: string[] = [];
  const dropped: string[] = [];
  for (const name of names) {
    const finer = new Map(
      entries.map((entry) => [entry, `${groups.get(entry)} ${JSON.stringify(valueOf(name, entry))}`]),
    );
    if (new Set(finer.values()).size === new Set(groups.values()).size) dropped.push(name);
    else {
      kept.push(name);
      groups = finer;
    }
  }
  return { kept, dropped };
}

/** Titles, with a number where several are the same. */
function uniqueTitles(titles: readonly string[]): string[] {
  return titles.map((title, at) => {
    const same = titles.filter((other) => other === title).length;
    return same === 1
      ? title
      : `${title} (${titles.slice(0, at + 1).filter((other) => other === title).length})`;
  });
}
