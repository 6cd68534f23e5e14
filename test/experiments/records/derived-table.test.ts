import { describe, expect, it } from 'vitest';
import { measureWords } from '../../../experiments/findings/claim-measures.ts';
import {
  derivedMeasures,
  derivedNames,
  namesOfFamily,
} from '../../../experiments/records/derived-measures.ts';
import { derivedCsv, maybeDerivedTable } from '../../../experiments/records/derived-table.ts';
import { measureNames, measures } from '../../../experiments/records/measures.ts';

const row = (first: number) =>
  Object.fromEntries(
    namesOfFamily('function').map((name, index) => [name, index === 3 ? null : first / (index + 3)]),
  );
const table = new Map([
  [10, row(1)],
  [0, row(1e-9)],
]);
const text = derivedCsv('function', table);

describe('the file of derived measures', () => {
  it('comes back as it was, ascending, after a line that names family and version', () => {
    expect(text.split('\n')[0]).toBe('# creasebook measures function 1');
    expect(text.split('\n')[1]).toMatch(/^epoch,clipped_error,class_error,total_variation,/);
    expect([...maybeDerivedTable('function', text)!]).toEqual([...table].sort(([a], [b]) => a - b));
    expect(derivedCsv('function', maybeDerivedTable('function', text)!)).toBe(text);
  });

  it.each([
    ['another version', text.replace('function 1', 'function 2')],
    ['another family', derivedCsv('curvature', new Map([[0, { curvature: 1 }]]))],
    ['a cut end', text.slice(0, -1)],
    ['a column less', text.replace(/,[^,\n]*\n$/, '\n')],
    ['a word among numbers', text.replace(/\n0,[^,]*/, '\n0,x')],
    ['epochs that do not ascend', text.replace('\n10,', '\n0,')],
  ])('is none with %s', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(maybeDerivedTable('function', changed)).toBeNull();
  });
});

describe('derived measures', () => {
  it('have words and columns of their own, beside those of recorded ones', () => {
    const words = [
      ...measureNames.map((name) => measures[name].cited ?? measures[name].title),
      ...derivedNames.map((name) => derivedMeasures[name].cited),
    ].map((word) => word.toLowerCase());
    expect(new Set(words).size).toBe(words.length);
    expect([...measureWords.keys()].sort()).toEqual([...words].sort());
    const columns = derivedNames.map((name) => derivedMeasures[name].column);
    expect(new Set(columns).size).toBe(columns.length);
  });
});
