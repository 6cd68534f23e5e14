import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineChanges, mergedText } from '../../../experiments/text/line-merge.ts';

const someLines = fc.array(fc.constantFrom('', 'a', 'b', 'c', 'd'), { maxLength: 9 });
const someText = someLines.map((lines) => lines.join('\n'));

describe('changes of lines', () => {
  it('turn one text into the other', () => {
    fc.assert(
      fc.property(someLines, someLines, (before, after) => {
        const made: string[] = [...before];
        for (const { from, to, lines } of lineChanges(before, after).reverse())
          made.splice(from, to - from, ...lines);
        expect(made).toEqual(after);
      }),
    );
  });

  it('leave every line alone that both have in the same order', () => {
    expect(lineChanges(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd', 'e'])).toEqual([
      { from: 1, to: 2, lines: ['x'] },
      { from: 4, to: 4, lines: ['e'] },
    ]);
  });

  it('of long texts are found in one piece', () => {
    const lines = Array.from({ length: 5000 }, (_, at) => `line ${at}`);
    const after = ['first', ...lines.slice(1, -1), 'last'];
    expect(lineChanges(lines, after)).toEqual([{ from: 0, to: 5000, lines: after }]);
  });
});

describe('two changes of one text', () => {
  it.each([
    ['at different places', 'one\ntwo\nthree', 'one!\ntwo\nthree', 'one\ntwo\nthree!', 'one!\ntwo\nthree!'],
    ['behind each other', '# small\n', '# small\n\nmine', '# small\n\ntheirs\n', '# small\n\ntheirs\n\nmine'],
    ['that are the same', 'a', 'a\nb', 'a\nb', 'a\nb'],
    ['one of which goes on with the other', 'a', 'a and mo', 'a and more', 'a and more'],
    ['one undone, the other behind it', 'a\nmine', 'a', 'a\nmine\ntheirs', 'a\ntheirs'],
    ['one of which only takes away', 'a\nb\nc', 'a\nc', 'a\nb changed\nc', 'a\nb changed\nc'],
  ])('%s are both kept', (_what, base, mine, theirs, both) => {
    expect(mergedText(base, mine, theirs)).toEqual({ text: both, isClash: false });
  });

  it('of the same line stand below each other', () => {
    const { text, isClash } = mergedText('start', 'mine', 'theirs');
    expect([text, isClash]).toEqual([expect.stringMatching(/^theirs\n[^]*\nmine$/), true]);
  });

  it('lose no line that either added, and are nothing else where only one changed', () => {
    fc.assert(
      fc.property(someText, someLines, someLines, fc.nat(9), fc.nat(9), (base, mine, theirs, here, there) => {
        const lines = base.split('\n');
        const marked = (added: readonly string[], sign: string): string[] =>
          added.map((line, at) => `${sign}${at}${line}`);
        const put = (added: readonly string[], at: number): string =>
          [...lines.slice(0, at), ...added, ...lines.slice(at)].join('\n');
        const [m, t] = [marked(mine, 'm'), marked(theirs, 't')];
        const { text } = mergedText(base, put(m, here), put(t, there));
        for (const line of [...m, ...t]) expect(text.split('\n')).toContain(line);
        expect(mergedText(base, put(m, here), base).text).toBe(put(m, here));
        expect(mergedText(base, base, put(t, there)).text).toBe(put(t, there));
      }),
    );
  });
});
