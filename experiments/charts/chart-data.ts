/** A chart over a setting as data: panels, lines, medians with quartiles over what is pooled. No geometry. */
import { quantiles } from '../findings/statistics.ts';
import { measures } from '../records/measures.ts';
import { fieldTitle, type Field } from '../selection/fields.ts';
import { SelectionError } from '../selection/selection-error.ts';
import type { AxisValue } from '../sweeps/cell.ts';
import type { BaselineName } from '../diagnostics/baselines.ts';
import { baselineOver, type CellScores } from './chart-baselines.ts';
import { betterOf, fieldAt, measureAt, type ChartCell, type Place } from './chart-cell.ts';

/** What a chart shows: y over x, a line for each value of `lines` (its colour) and `dashes`, a panel for each of `panels`. */
export interface ChartChoice {
  readonly x: Field;
  readonly y: Field;
  readonly lines: Field | null;
  readonly dashes: Field | null;
  readonly panels: Field | null;
  readonly place: Place;
  /** Whether cells of one seed are joined where x is a measure, in the order of the cells. */
  readonly isConnected?: boolean;
  /** What is drawn beside each line, where scores are given. */
  readonly baseline?: BaselineName | null;
}

/** Cells of a line with the same x: the median of their values and its quartiles (linear interpolation, Hyndman and Fan's type 7). */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  /** Ascending in the order of the cells. */
  readonly values: readonly number[];
  readonly cellIds: readonly string[];
}

/** A line: what is the same along it, its points by ascending x, and one thin line for each seed where there are several. */
export interface ChartLine {
  readonly colourValue: AxisValue | null;
  readonly dashValue: AxisValue | null;
  readonly points: readonly ChartPoint[];
  readonly seeds: readonly (readonly { readonly x: number; readonly y: number }[])[];
  /** The baseline on the points of the same cells, by ascending x; empty where none is asked for or known. */
  readonly baseline?: readonly { readonly x: number; readonly y: number }[];
  /** The first x from which on the median cell fits every training point; null where none does. */
  readonly fitsFrom: number | null;
}

/** A panel: its value of the third setting, its lines. */
export interface ChartPanel {
  readonly value: AxisValue | null;
  readonly lines: readonly ChartLine[];
}

/** A chart's panels, and what must be said of them. */
export interface ChartData {
  readonly choice: ChartChoice;
  readonly panels: readonly ChartPanel[];
  /** Values in the order of colours and dashes, over all panels. */
  readonly colourValues: readonly AxisValue[];
  readonly dashValues: readonly AxisValue[];
  /** Names of the places on a text axis, which count from 0; null where x is a number. */
  readonly xNames: readonly string[] | null;
  /** Settings, the seed among them, over which a point pools cells. */
  readonly pooled: readonly string[];
  /** Cells that are shown, that diverged, and that have no value there. */
  readonly counts: { readonly shown: number; readonly diverged: number; readonly missing: number };
}

/** Values as a key of groups: one as it is, of several a text in which numbers and texts do not meet. */
const keyOf = (values: readonly (AxisValue | null)[]): AxisValue | null =>
  values.length === 1 ? values[0] : JSON.stringify(values);

/** Settings that follow from others, and therefore pool nothing by themselves. */
const derived: readonly string[] = ['parameters per point', 'depth', 'width'];

/** The chart of some cells. Throws SelectionError where y is no number, or is to be the best of what has no best. */
export function chartData(
  cells: readonly ChartCell[],
  choice: ChartChoice,
  scores: CellScores = new Map(),
): ChartData {
  checkChoice(choice);
  const { x, place, panels, lines, dashes } = choice;
  const xs = cells.map((cell) => fieldAt(cell, x, place));
  const xNames = xs.some((value) => typeof value === 'string' || typeof value === 'boolean')
    ? distinct(xs).map(String)
    : null;
  const shown: Spot[] = [];
  const lost: ChartCell[] = [];
  cells.forEach((cell, at) => {
    const value = xs[at];
    const spot = xNames === null || value === null ? value : xNames.indexOf(String(value));
    const y = fieldAt(cell, choice.y, place);
    if (y === null) lost.push(cell);
    else if (typeof spot === 'number' && typeof y === 'number' && Number.isFinite(y))
      shown.push({ cell, x: spot, y });
  });
  const valueOf = (field: Field | null, { cell }: Spot): AxisValue | null =>
    field === null ? null : fieldAt(cell, field, place);
  const panelSpots = panels === null ? [shown] : grouped(shown, (spot) => valueOf(panels, spot)).values();
  const told = [lines, dashes].filter((field) => field !== null);
  const inLine = (spots: readonly Spot[]): Iterable<readonly Spot[]> =>
    told.length === 0
      ? [spots]
      : grouped(spots, (spot) => keyOf(told.map((field) => valueOf(field, spot)))).values();
  const made = [...panelSpots].filter(hasSome).map((inPanel): ChartPanel => ({
    value: valueOf(panels, inPanel[0]),
    lines: [...inLine(inPanel)]
      .map((line) => lineOf(line, valueOf(lines, line[0]), valueOf(dashes, line[0]), choice, scores))
      .sort((a, b) => compareValues(a.colourValue, b.colourValue) || compareValues(a.dashValue, b.dashValue)),
  }));
  const diverged = lost.filter(({ isDiverged }) => isDiverged).length;
  const valuesOf = (field: Field | null): AxisValue[] =>
    field === null ? [] : distinct(shown.map((spot) => valueOf(field, spot)));
  return {
    choice,
    panels: made.sort((a, b) => compareValues(a.value, b.value)),
    colourValues: valuesOf(lines),
    dashValues: valuesOf(dashes),
    xNames,
    pooled: pooledSettings(shown, choice),
    counts: { shown: shown.length, diverged, missing: cells.length - shown.length - diverged },
  };
}

interface Spot {
  readonly cell: ChartCell;
  readonly x: number;
  readonly y: number;
}

function hasSome(spots: readonly Spot[]): boolean {
  return spots.length > 0;
}

function checkChoice({ x, y, place }: ChartChoice): void {
  for (const field of [y, x]) {
    if (field.kind === 'measure' && place === 'best' && betterOf(field.name) === null) {
      const title = measures[field.name].title.toLowerCase();
      throw new SelectionError(
        `of ${title} neither less nor more is better: there is no best; take last or late`,
      );
    }
  }
  if (y.kind === 'fact' && y.name !== 'epoch' && y.name !== 'seconds') {
    throw new SelectionError(`${y.name} is no number and cannot be drawn`);
  }
}

function lineOf(
  spots: readonly Spot[],
  colourValue: AxisValue | null,
  dashValue: AxisValue | null,
  { x, y: measure, place, isConnected = false, baseline = null }: ChartChoice,
  scores: CellScores,
): ChartLine {
  // Of two measures every cell is a point of its own.
  const places = grouped(spots, (spot) => (x.kind === 'measure' ? spot.cell.id : spot.x));
  const points = [...places.values()]
    .map((here): ChartPoint => {
      const values = here.map(({ y }) => y);
      const [low, y, high] = quantiles(values, [0.25, 0.5, 0.75]);
      return { x: here[0].x, y, low, high, values, cellIds: here.map(({ cell }) => cell.id) };
    })
    .sort((a, b) => a.x - b.x);
  const bySeed = grouped(spots, ({ cell }) => seedOf(cell));
  const isCloud = x.kind === 'measure';
  const isEach = isCloud ? isConnected : bySeed.size > 1;
  const seeds = [...bySeed.values()].filter(
    (line) => isCloud || line.length === new Set(line.map((spot) => spot.x)).size,
  );
  const inOrder = (line: readonly Spot[]): readonly Spot[] =>
    isCloud ? line : [...line].sort((a, b) => a.x - b.x);
  return {
    colourValue,
    dashValue,
    points,
    seeds: isEach ? seeds.map((line) => inOrder(line).map((spot) => ({ x: spot.x, y: spot.y }))) : [],
    baseline:
      baseline === null || isCloud
        ? []
        : points.flatMap((point) => {
            const y = baselineOver(point.cellIds, baseline, measure, scores);
            return y === null ? [] : [{ x: point.x, y }];
          }),
    fitsFrom: x.kind === 'measure' ? null : fitsFrom([...places.values()], place),
  };
}

/** The seed of a cell with the entry that it is from, where entries are compared. */
function seedOf({ settings }: ChartCell): AxisValue {
  const { seed = '', entry } = settings;
  return entry === undefined ? seed : `${entry} ${seed}`;
}

/**
 * The least x at which half of the cells fit every training point, as far as the mean squared error tells: one output
 * that is off by half, on the wrong side of the middle, adds 1/4 over points x outputs.
 */
function fitsFrom(places: readonly (readonly Spot[])[], place: Place): number | null {
  const fitting = places.filter((here) => {
    let fits = 0;
    for (const { cell } of here) {
      const error = measureAt(cell, 'trainMse', place);
      const points = cell.settings['points'];
      if (error !== null && typeof points === 'number' && error * points * cell.outputs < 0.25) fits++;
    }
    return 2 * fits > here.length;
  });
  return fitting.length === 0 ? null : Math.min(...fitting.map((here) => here[0].x));
}

/** Settings that differ between cells of one point. */
function pooledSettings(spots: readonly Spot[], { x, lines, dashes, panels }: ChartChoice): string[] {
  if (x.kind === 'measure') return [];
  const fixed = [lines, dashes, panels].flatMap((field) => (field?.kind === 'setting' ? [field.name] : []));
  const places = grouped(spots, ({ cell, x }) =>
    keyOf([x, ...fixed.map((name) => cell.settings[name] ?? null)]),
  );
  return differingWithin([...places.values()].map((here) => here.map(({ cell }) => cell)));
}

/** Settings that differ between cells of one group, apart from what follows from others. */
export function differingWithin(groups: readonly (readonly ChartCell[])[]): string[] {
  const found = new Set<string>();
  for (const group of groups) {
    if (group.length < 2) continue;
    const first = group[0].settings;
    const names = Object.keys(first).filter((name) => !derived.includes(name) && !found.has(name));
    const differing = new Set<string>();
    for (const { settings } of group)
      for (const name of names) if (settings[name] !== first[name]) differing.add(name);
    for (const name of names) if (differing.has(name)) found.add(name);
  }
  return [...found];
}

/** Numbers by size and before texts, texts by their letters and the numbers in them. */
export function compareValues(a: AxisValue | null, b: AxisValue | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

function distinct(values: readonly (AxisValue | null)[]): AxisValue[] {
  return [...new Set(values)].filter((value) => value !== null).sort(compareValues);
}

/** Items by key, in the order in which keys first come. */
export function grouped<Item>(
  items: readonly Item[],
  keyOfItem: (item: Item) => AxisValue | null,
): Map<AxisValue | null, Item[]> {
  const groups = new Map<AxisValue | null, Item[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** What a chart is called: "True error over parameters". */
export function chartTitle(choice: ChartChoice): string {
  return `${capital(fieldTitle(choice.y))} over ${inSentence(choice.x)}`;
}

/** What several charts of the same cells are called: "True error, IoU and regions over parameters". */
export function chartsTitle(choices: readonly ChartChoice[]): string {
  const names = choices.map(({ y }) => inSentence(y));
  const listed = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${capital(listed)} over ${inSentence(choices[0].x)}`;
}

function inSentence(field: Field): string {
  return fieldTitle(field).toLowerCase().replace('iou', 'IoU');
}

/** A text with a capital at its beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
