/** Points that people bring along, from a table: which columns they are in, how they are scaled, what classes become. */
import { drawnPoints } from './points-picture.ts';
import { knowsTruth, type OwnPoints, type Picture } from './picture.ts';
import { isNumberText, type PointsTable } from './points-table.ts';
import { TargetError } from './target-error.ts';

type Row = PointsTable['rows'][number];

/** What the third column may be called, and which of these are classes whatever stands in them. */
const valueNames = ['value', 'class', 'label', 'target', 'z', 't', 'v', 'grey', 'gray'];
const classNames = ['class', 'label'];

/** Numbers of the columns x, y and value. */
interface Columns {
  readonly x: number;
  readonly y: number;
  readonly value: number;
  readonly names: readonly [string, string, string];
}

/** Mistakes that are told one by one. */
const toldMistakes = 5;

/** The corners of the cube of red, green and blue, so that three classes are one of three each. */
const classColours: readonly (readonly [string, readonly [number, number, number]])[] = [
  ['red', [1, 0, 0]],
  ['green', [0, 1, 0]],
  ['blue', [0, 0, 1]],
  ['black', [0, 0, 0]],
  ['yellow', [1, 1, 0]],
  ['magenta', [1, 0, 1]],
  ['cyan', [0, 1, 1]],
  ['white', [1, 1, 1]],
];

/**
 * The target of a table of points: with its true picture, or one that only shows the points. x, y and values that lie
 * within 0 and 1 are taken as they are, else scaled to it; classes become black and white, or colours where there are more
 * than two. Throws TargetError with the place of each bad row.
 */
export function targetFromPoints(table: PointsTable, truth: Picture | null): Picture {
  const columns = columnsOf(table);
  const isClass =
    classNames.includes(columns.names[2]) || !table.rows.some((row) => isNumberText(row[columns.value]));
  checkRows(table, columns, isClass);
  const count = table.rows.length;
  if (count < 2)
    throw new TargetError(`there ${count === 1 ? 'is one point' : 'are no points'}; a network needs more`);
  const [x, y] = [columns.x, columns.y].map((at) => table.rows.map((row) => Number(row[at])));
  const placed = truth === null ? scaledPlaces(x, y) : placesOnTruth(x, y, truth);
  const labelled = isClass ? classLabels(table.rows, columns) : valueLabels(table.rows, columns);
  const { labels, channels } = labelled;
  const [nameX, nameY, nameValue] = columns.names;
  const own: OwnPoints = {
    coordinates: placed.coordinates,
    labels,
    hasTruth: truth !== null,
    remarks: [
      `${count} points from the columns ${nameX}, ${nameY} and ${nameValue}; x runs to the right, y down`,
      ...placed.remarks,
      ...labelled.remarks,
      ...(truth === null
        ? ['there is no true picture: no true error and no IoU; the validation error takes their place']
        : []),
    ],
  };
  if (truth === null) return { ...drawnPoints(own, channels), own };
  if (!knowsTruth(truth) || truth.own !== undefined)
    throw new TargetError('truth: must be a picture, not points');
  if (truth.channels === channels) return { ...truth, own };
  throw new TargetError(
    channels === 1
      ? 'truth: is coloured, and the points have one value each'
      : 'truth: is grey, and the points have classes that are colours',
  );
}

function columnsOf({ head, rows }: PointsTable): Columns {
  const width = head?.length ?? rows[0]?.length ?? 0;
  const names = (head ?? []).map((name) => name.trim().toLowerCase());
  const value = names.findIndex((name) => valueNames.includes(name));
  const [x, y] = [names.indexOf('x'), names.indexOf('y')];
  if (x >= 0 && y >= 0 && value >= 0) return { x, y, value, names: ['x', 'y', names[value]] };
  if (width !== 3)
    throw new TargetError(
      `needs the columns x, y and value (or class), found ${head === null ? `${width} without names` : head.join(', ')}`,
    );
  return { x: 0, y: 1, value: 2, names: head === null ? ['1', '2', '3'] : [names[0], names[1], names[2]] };
}

function checkRows({ rows, placeOf }: PointsTable, { x, y, value, names }: Columns, isClass: boolean): void {
  const mistakes: string[] = [];
  let count = 0;
  const say = (row: number, what: string): void => {
    if (++count <= toldMistakes) mistakes.push(`${placeOf(row)}: ${what}`);
  };
  const numeric = [x, y, ...(isClass ? [] : [value])];
  rows.forEach((row, at) => {
    const wrong = numeric.find(
      (column) => !isNumberText(row[column] ?? '') || !Number.isFinite(Number(row[column])),
    );
    const missing = [x, y, value].find((column) => String(row[column] ?? '').trim() === '');
    if (missing !== undefined) say(at, `${nameOf(missing)} is missing`);
    else if (wrong !== undefined) say(at, `${nameOf(wrong)} is '${row[wrong]}', not a number`);
  });
  if (count === 0) return;
  const more = count > mistakes.length ? `; and ${count - mistakes.length} more` : '';
  throw new TargetError(`${mistakes.join('; ')}${more}`);

  function nameOf(column: number): string {
    return names[column === x ? 0 : column === y ? 1 : 2];
  }
}

interface Placed {
  readonly coordinates: Float32Array;
  readonly remarks: readonly string[];
}

function interleaved(x: readonly number[], y: readonly number[]): Float32Array {
  const coordinates = new Float32Array(2 * x.length);
  x.forEach((value, at) => coordinates.set([value, y[at]], 2 * at));
  return coordinates;
}

/** The least and the greatest of numbers, of which there are some. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}

/** Numbers scaled to 0 to 1 where one lies outside; what was done. */
function scaled(
  values: readonly number[],
  name: string,
): { readonly values: readonly number[]; readonly remarks: string[] } {
  const [least, greatest] = rangeOf(values);
  if (least >= 0 && greatest <= 1) return { values, remarks: [] };
  if (least === greatest)
    throw new TargetError(`${name} is ${least} in every row: there is nothing to learn`);
  return {
    values: values.map((value) => Math.min(1, Math.max(0, (value - least) / (greatest - least)))),
    remarks: [`${name} was scaled from ${least} to ${greatest} to 0 to 1`],
  };
}

function scaledPlaces(x: readonly number[], y: readonly number[]): Placed {
  const [across, down] = [scaled(x, 'x'), scaled(y, 'y')];
  return {
    coordinates: interleaved(across.values, down.values),
    remarks: [...across.remarks, ...down.remarks],
  };
}

/** Over a picture points must say where on it they lie: in parts of its sides, or in pixels. */
function placesOnTruth(x: readonly number[], y: readonly number[], { width, height }: Picture): Placed {
  const [[left, right], [top, bottom]] = [rangeOf(x), rangeOf(y)];
  if (left >= 0 && top >= 0 && right <= 1 && bottom <= 1)
    return { coordinates: interleaved(x, y), remarks: [] };
  if (left >= 0 && top >= 0 && right <= width && bottom <= height) {
    return {
      coordinates: interleaved(
        x.map((value) => value / width),
        y.map((value) => value / height),
      ),
      remarks: [`x and y were taken for places in pixels of the true picture (${width} x ${height})`],
    };
  }
  throw new TargetError(
    `x (${left} to ${right}) and y (${top} to ${bottom}) lie outside of the true picture: they must be from 0 to 1, or in its pixels (${width} x ${height})`,
  );
}

interface Labelled {
  readonly labels: Float32Array;
  readonly channels: Picture['channels'];
  readonly remarks: readonly string[];
}

function valueLabels(rows: readonly Row[], { value, names }: Columns): Labelled {
  const { values, remarks } = scaled(
    rows.map((row) => Number(row[value])),
    names[2],
  );
  const isOne = values.every((one) => one === values[0]);
  return {
    labels: Float32Array.from(values),
    channels: 1,
    remarks: [...remarks, ...(isOne ? ['all points have the same value'] : [])],
  };
}

function classLabels(rows: readonly Row[], { value }: Columns): Labelled {
  const words = rows.map((row) => String(row[value]).trim());
  const classes = [...new Set(words)];
  if (classes.every(isNumberText)) classes.sort((a, b) => Number(a) - Number(b));
  else classes.sort((a, b) => (a < b ? -1 : 1));
  const [first, second] = classes;
  if (second === undefined)
    throw new TargetError(`all points are of the class ${first}: there is nothing to learn`);
  if (classes.length === 2) {
    return {
      labels: Float32Array.from(words, (word) => (word === first ? 0 : 1)),
      channels: 1,
      remarks: [`class ${first} is black (0), class ${second} is white (1)`],
    };
  }
  if (classes.length > classColours.length)
    throw new TargetError(
      `there are ${classes.length} classes, at most ${classColours.length} can be told apart`,
    );
  const numbers = new Map(classes.map((name, at) => [name, at]));
  const labels = new Float32Array(3 * words.length);
  words.forEach((word, at) => labels.set(classColours[numbers.get(word) ?? 0][1], 3 * at));
  const colours = classes.map((name, at) => `${name} is ${classColours[at][0]}`);
  return { labels, channels: 3, remarks: [`classes are colours: ${colours.join(', ')}`] };
}
