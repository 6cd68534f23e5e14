import { expect, test } from 'vitest';
import { axisText, namedValueText, valueText } from '../../../experiments/text/axis-text.ts';

test('axes and values are written as people write them', () => {
  expect(axisText('points')).toBe('training points');
  expect(axisText('learning_rate')).toBe('learning rate');
  expect(axisText('toString')).toBe('toString');
  expect(valueText('points', 5000)).toBe('5,000');
  expect(valueText('learning_rate', 0.001)).toBe('0.001');
  expect(valueText('seed', 12345)).toBe('12345');
  expect(valueText('random_labels', false)).toBe('no');
});

test.each([
  ['points', 5000, '5,000 points'],
  ['seed', 3, 'seed 3'],
  ['shape', '[30]*30', '[30]*30'],
  ['learning_rate', 0.001, 'learning rate 0.001'],
  ['random_labels', true, 'random labels yes'],
])('names %s %s as %s', (axis, value, words) => {
  expect(namedValueText(axis, value)).toBe(words);
});
