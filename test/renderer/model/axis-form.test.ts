import { describe, expect, it } from 'vitest';
import type { PlainValue } from '../../../electron/contract/sweeps.ts';
import {
  axisFormOf,
  entryEdits,
  entryOfForm,
  formInMode,
  partOf,
  splitValues,
  textOf,
} from '../../../renderer/model/axis-form.ts';

describe('axes between form and YAML', () => {
  it.each<[PlainValue]>([
    [{ values: [5000, 312] }],
    [{ values: ['[30]*30', '[64,32]'] }],
    [{ from: 5000, ratio: 0.5, count: 5 }],
    [{ from: 10, to: 1000, count: 3, spacing: 'log' }],
    [{ values: [1000, 4000], depth: 30 }],
    [{ values: [true, false] }],
  ])('come back as they were: %j', (entry) => {
    expect(entryOfForm(axisFormOf(entry), entry)).toEqual(entry);
  });

  it.each<[PlainValue | undefined, string]>([
    [7, '7'],
    [[1, 2], '1, 2'],
    [{ value: 'adam' }, 'adam'],
    [undefined, ''],
    [null, ''],
    ['[8]*2', '[8]*2'],
  ])('read the short spelling %j as "%s"', (entry, values) => {
    expect(axisFormOf(entry)).toMatchObject({ mode: 'values', values });
  });

  it('split lists at commas outside of brackets', () => {
    expect(splitValues('[64,32], [16] ,[8]*3;[4]')).toEqual(['[64,32]', '[16]', '[8]*3', '[4]']);
    expect(splitValues(' , ')).toEqual([]);
  });

  it('keep what is half typed as text, so that the lab can say what is wrong with it', () => {
    const form = { ...axisFormOf({ from: 1, ratio: 2, count: 3 }), ratio: '0.' };
    expect(entryOfForm({ ...form, ratio: 'x' }, undefined)).toEqual({ from: 1, ratio: 'x', count: 3 });
    expect(entryOfForm({ ...form, count: '' }, undefined)).toEqual({ from: 1, ratio: 0, count: '' });
  });

  it('change their mode without losing the values', () => {
    const list = axisFormOf({ values: [5000, 2500, 1250] });
    const ratio = formInMode(list, 'ratio', [5000, 2500, 1250]);
    expect(entryOfForm(ratio, undefined)).toEqual({ from: 5000, ratio: 0.5, count: 3 });
    const range = formInMode(list, 'range', [5000, 2500, 1250]);
    expect(entryOfForm(range, undefined)).toEqual({ from: 5000, to: 1250, count: 3, spacing: 'log' });
    expect(entryOfForm(formInMode(ratio, 'values', [5000, 2500]), undefined)).toEqual({
      values: [5000, 2500],
    });
  });

  it.each<[PlainValue | undefined, PlainValue, [string, PlainValue][]]>([
    [{ values: [1] }, { values: [1, 2] }, [['a.values', [1, 2]]]],
    [{ values: [1] }, { values: [1] }, []],
    [{ values: [1] }, { from: 1, ratio: 2, count: 3 }, [['a', { from: 1, ratio: 2, count: 3 }]]],
    [
      { from: 1, ratio: 2, count: 3 },
      { from: 1, to: 9, count: 3, spacing: 'log' },
      [
        ['a.ratio', null],
        ['a.to', 9],
        ['a.spacing', 'log'],
      ],
    ],
    [7, { values: [7] }, [['a', { values: [7] }]]],
    [undefined, { values: [7] }, [['a', { values: [7] }]]],
  ])('change from %j to %j by the smallest edits', (before, after, edits) => {
    const found = entryEdits(['a'], before, after);
    expect(found.map(({ path, value }) => [path.join('.'), value])).toEqual(edits);
  });

  it('find parts of a document, and only its own', () => {
    const document: PlainValue = { training: { switch: [{ epoch: 5 }] } };
    expect(textOf(document, 'training', 'switch', 0, 'epoch')).toBe('5');
    expect(partOf(document, ['training', 'constructor'])).toBeUndefined();
    expect(partOf(document, ['training', 'switch', 'length'])).toBeUndefined();
    expect(textOf(null, 'name')).toBe('');
  });
});
