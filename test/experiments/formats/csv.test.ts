import { expect, it } from 'vitest';
import { csvText } from '../../../experiments/formats/csv.ts';

it('a table is lines of fields, quoted where they have to be, and empty where there is no value', () => {
  expect(
    csvText(
      ['a', 'b,c', 'd"e'],
      [
        [1e-7, null, true],
        ['two\nlines', 'it"s', ' x '],
      ],
    ),
  ).toBe('a,"b,c","d""e"\n1e-7,,true\n"two\nlines","it""s", x \n');
});

it.each([
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+cmd', "'+cmd"],
  ["-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"],
  ['\t=1', "'\t=1"],
  ['=HYPERLINK("http://a/",1)', `"'=HYPERLINK(""http://a/"",1)"`],
  ['-1.5e-3', '-1.5e-3'],
  ['+7', '+7'],
  ['a=1', 'a=1'],
])('the words %j begin no formula in a spreadsheet', (word, field) => {
  expect(csvText([word], [[word]])).toBe(`${field}\n${field}\n`);
});
