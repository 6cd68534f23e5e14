import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterFrom, type FilterSubject } from '../../../experiments/selection/filter.ts';
import { SelectionError } from '../../../experiments/selection/selection-error.ts';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';

type Row = Readonly<Record<string, AxisValue | null>>;
const rows: readonly Row[] = [
  { name: 'a', points: 312, IoU: 0.6, 'true error': 0.02, state: 'finished', shape: '[30]*30', noisy: true },
  { name: 'b', points: 1250, IoU: 0.4, 'true error': 0.01, state: 'finished', shape: '[10]*4', noisy: false },
  {
    name: 'c',
    points: 1250,
    IoU: 0.7,
    'true error': null,
    state: 'diverged',
    shape: '[30]*30',
    noisy: false,
  },
  { name: 'd', points: 5000, IoU: null, 'true error': 0.005, state: 'queued', shape: '[64,32]', noisy: true },
];
const names = Object.keys(rows[0]!);
const subject: FilterSubject<Row> = {
  reader: (name) => (names.includes(name) ? (row) => row[name] ?? null : undefined),
  names,
  texts: (row) => [String(row['name']), String(row['state']), `${row['points']} points`],
};
const passed = (filter: string): string =>
  rows
    .filter(filterFrom(filter, subject))
    .map(({ name }) => name)
    .join('');

describe('filters of cells', () => {
  it.each([
    ['', 'abcd'],
    ['points <= 1250 and IoU > .5', 'ac'],
    ['points <= 1250 and IoU > .5 and true error < 1', 'a'],
    ['points = 312 or points = 5000', 'ad'],
    ['points == 312 or points = 1250 and IoU > .5', 'ac'],
    ['(points = 312 or points = 1250) and IoU > .5', 'ac'],
    ['not points = 1250', 'ad'],
    ['300 < points <= 1250', 'abc'],
    ['1e3 < points', 'bcd'],
    ['points in (312, 5000)', 'ad'],
    ['points not in (312)', null],
    ['not points in (312, 5000)', 'bc'],
    ['state = Finished', 'ab'],
    ['state != finished', 'cd'],
    ['shape = [30]*30', 'ac'],
    ["shape = '[64, 32]'", 'd'],
    ['noisy = yes', 'ad'],
    ['noisy = false', 'bc'],
    // What has no value passes no comparison, not even that it is another one.
    ['IoU < 1', 'abc'],
    ['IoU != .4', 'ac'],
    ['not IoU < 1', 'd'],
    ['diverged', 'c'],
    ['not diverged and 1250 points', 'b'],
    ['"fin"', 'ab'],
  ])('%s', (filter, names) => {
    if (names === null) expect(() => passed(filter)).toThrow(SelectionError);
    else expect(passed(filter)).toBe(names);
  });

  it.each([
    ['pints <= 3', "filter, character 1: there is no setting or measure 'pints', did you mean 'points'?"],
    ['points <= many', "filter, character 11: there is no setting or measure 'many'"],
    ['points <= ', 'filter, character 10: expected a name, a number or a text, found the end'],
    ['points <= 5,000', "filter, character 12: expected 'and', 'or' or a comparison, found ','"],
    ['(points = 3', "filter, character 12: expected ')', found the end"],
    ['points = "3', 'filter, character 10: the text that begins with " does not end'],
    ['!points', "filter, character 1: '!' is not known, write 'not' or '!='"],
    ['3 < 4', "filter, character 5: there is no setting or measure '4'"],
    [`${'('.repeat(41)}a`, "filter, character 42: more than 40 brackets and 'not'"],
  ])('says what is wrong with %s', (filter, message) => {
    expect(() => filterFrom(filter, subject)).toThrow(message);
  });

  it('answers whatever is typed with rows or with a mistake', () => {
    const pieces = fc.constantFrom(
      'points',
      'IoU',
      '<',
      '>=',
      '=',
      '(',
      ')',
      'and',
      'or',
      'not',
      'in',
      ',',
      '3',
      '"',
      'x y',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((words) => words.join(' ')),
        ),
        (filter) => {
          try {
            expect(typeof filterFrom(filter, subject)(rows[0]!)).toBe('boolean');
          } catch (error) {
            expect(error).toBeInstanceOf(SelectionError);
          }
        },
      ),
    );
  });
});
