import { describe, expect, it } from 'vitest';
import MarkdownIt from 'markdown-it';
import { findingMarkdown } from '../../../renderer/model/finding-markdown.ts';

const claim = {
  digest: 'a',
  registered: '(registered before any of its 144 cells was known)',
  text: 'reach [1,1.5) | true error where *label* noise',
  verdict: 'holds',
  expected: 'holds',
  isAsExpected: true,
  sentence: 'Holds. ascent 0.905 [0.598, 1.21], 12 of 12 seeds agree. 12 seeds; log.',
  seedsToDecide: null,
  evidence: null,
} as const;
const finding = {
  id: 'double-descent',
  question: 'Does more | capacity hurt?',
  plots: [],
  registered: '(registered before any of its 144 cells was known)',
  claims: [claim, { ...claim, digest: 'b', verdict: 'undecided', expected: 'not holds' } as const],
};

describe('a finding as Markdown', () => {
  const html = new MarkdownIt().render(findingMarkdown(finding, '11a824c2'));

  it('is a table with a row for each claim, its verdict and its numbers as they are', () => {
    expect(html.match(/<tr>/g)).toHaveLength(3);
    expect(html).toContain('<td>reach [1,1.5) | true error where *label* noise</td>');
    expect(html).toContain('<td><strong>undecided</strong></td>');
    expect(html).toContain('<td>ascent 0.905 [0.598, 1.21], 12 of 12 seeds agree. 12 seeds; log.</td>');
    expect(html).toContain('(control: not holds)');
  });

  it('says what was known when it was claimed, and how to compute it again', () => {
    expect(html).toContain(
      'registered before any of its 144 cells was known; <code>creasebook findings check',
    );
    expect(html).toContain('<h3>Does more | capacity hurt?</h3>');
  });
});
