import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortenText, textWidth, wrapText } from '../../../experiments/figures/text-width.ts';

test('figures are equally wide, semibold is wider, widths grow with the size', () => {
  expect(textWidth('0', 10)).toBeCloseTo(4.97);
  expect(new Set([...'0123456789'].map((digit) => textWidth(digit, 10))).size).toBe(1);
  expect(textWidth('Ring', 10, 600)).toBeGreaterThan(textWidth('Ring', 10));
  expect(textWidth('点点', 10)).toBe(20);
});

test('lines break at spaces, after commas where a word is too long, else anywhere', () => {
  expect(wrapText('one two three', textWidth('one two', 10), 10)).toEqual(['one two', 'three']);
  expect(wrapText('[64,32,16]', textWidth('[64,32,1', 10) + 1, 10)).toEqual(['[64,32,', '16]']);
  expect(wrapText('aaaa', textWidth('aa', 10) + 0.1, 10)).toEqual(['aa', 'aa']);
  expect(wrapText('', 100, 10)).toEqual(['']);
  expect(wrapText('a b c', 1, 10, 400, 2)).toEqual(['a', 'b…']);
});

test('shortened text ends with an ellipsis and fits', () => {
  expect(shortenText('short', 100, 10)).toBe('short');
  const text = shortenText('a rather long remark', 50, 10);
  expect(text).toMatch(/^a rat.*…$/);
  expect(textWidth(text, 10)).toBeLessThanOrEqual(50);
});

test('wrapping keeps every character and the number of lines asked for', () => {
  const anyText = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(
      anyText,
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 1, max: 4 }),
      (text, width, most) => {
        const lines = wrapText(text, width, 11);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        for (const line of lines)
          if ([...line].length > 1) expect(textWidth(line, 11)).toBeLessThanOrEqual(width);
        expect(wrapText(text, width, 11, 600, most).length).toBeLessThanOrEqual(most);
      },
    ),
  );
});
