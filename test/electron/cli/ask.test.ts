import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratch-folder.ts';
import { lab, labJson } from './lab-process.ts';
import { expectOneLine } from './one-line.ts';

interface Question {
  readonly id: string;
  readonly question: string;
  readonly seconds: number;
  readonly entry: string | null;
  readonly verdicts: readonly string[];
  readonly shipped: { readonly seeds: number; readonly verdicts: readonly string[] } | null;
}

describe('ask', () => {
  it('lists the questions with what they would take', async () => {
    const notebook = scratchFolder();
    const asked = await labJson<Question[]>('ask', '--engine', 'wasm', '--notebook', notebook);
    expect(asked.map(({ id }) => id)).toEqual([
      'catching-up',
      'double-descent-width',
      'flicker',
      'right-prior',
      'shapes-or-dots',
    ]);
    for (const { question, seconds, entry } of asked) {
      expect(question).toMatch(/\?$/);
      expect(seconds).toBeGreaterThan(1);
      expect(entry).toBeNull();
    }
    const answered = asked.find(({ id }) => id === 'double-descent-width');
    expect(answered!.shipped!.seeds).toBe(12);
    expect(answered!.shipped!.verdicts.slice(0, 4)).toEqual(['holds', 'holds', 'undecided', 'holds']);
  });

  it('trains cells that end with the links that ship', async () => {
    const few = "parameters.shape={ values: ['[2]*6', '[3]*6', '[4]*6'] }";
    const answer = await lab(
      ...['ask', 'double-descent-width', '--seeds', '2', '--set', few, '--threads', '1'],
      ...['--engine', 'wasm', '--notebook', scratchFolder()],
    );
    expect(answer.code).toBe(0);
    expect(answer.stderr).toContain(
      'All 12 cells end with the same links as those of the answer that ships.',
    );
  });

  it('plans a question with other seeds and settings', async () => {
    const options = ['--seeds', '3', '--set', 'epochs=2', '--dry-run', '--engine', 'wasm'];
    const plan = await labJson<{ cells: { label: string; epochs: number }[] }>(
      ...['ask', 'double-descent-width', ...options, '--notebook', scratchFolder()],
    );
    expect(plan.cells).toHaveLength(12 * 2 * 3);
    expect(plan.cells[2]!.label).toBe('[2]*6, 64 points, label noise 0.2, seed 3');
  });

  it('answers a question that there is not with those that there are', async () => {
    const answer = await lab('ask', 'beauty', '--notebook', scratchFolder());
    expectOneLine(answer, 2, /no question 'beauty'; questions are catching-up, double-descent-width/);
  });
});
