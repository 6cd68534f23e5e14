import { createHash } from 'node:crypto';
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
  it('comes back as it was, ascending, after a line that names family, version and digest', () => {
    expect(text.split('\n')[0]).toMatch(/^# creasebook measures function 1 [0-9a-f]{64}$/);
    expect(text.split('\n')[1]).toMatch(/^epoch,clipped_error,class_error,total_variation,/);
    expect([...maybeDerivedTable('function', text)!]).toEqual([...table].sort(([a], [b]) => a - b));
    expect(derivedCsv('function', maybeDerivedTable('function', text)!)).toBe(text);
  });

  it.each([
    ['another version', text.replace('function 1', 'function 2')],
    ['another family', derivedCsv('curvature', new Map([[0, { curvature: 1 }]]))],
    ['a cut end', closed(text.slice(0, -1))],
    ['a column less', closed(text.replace(/,[^,\n]*\n$/, '\n'))],
    ['a word among numbers', closed(text.replace(/\n0,[^,]*/, '\n0,x'))],
    ['epochs that do not ascend', closed(text.replace('\n10,', '\n0,'))],
    ['another digit', text.replace(/(\n0,.*?)[1-8]/, (_, before: string) => `${before}9`)],
  ])('is none with %s', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(maybeDerivedTable('function', changed)).toBeNull();
  });
});

/** A text with the digest that fits it. */
function closed(changed: string): string {
  const [head = '', ...lines] = changed.split('\n');
  const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
  return [head.replace(/[0-9a-f]{64}$/, digest), ...lines].join('\n');
}

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
