import { expect, test } from 'vitest';
import { entryChart } from '../../../../electron/lab/exports/entry-chart.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { suitedWords } from '../../../../experiments/charts/chart-request.ts';
import { suitedHeatWords } from '../../../../experiments/charts/heat-request.ts';
import { wholeTruth } from '../../../../experiments/records/measures.ts';
import { goldenNotebook } from './stored-entry.ts';

const rest = { date: '2026-11-30', program: 'test' };

test('charts and heat maps of an entry have the values of its records, and baselines where they are asked for', async () => {
  const notebook = await openNotebook(goldenNotebook(), { mode: 'read' });
  const entry = await notebook.find('89ba23a9');
  const recorded = new Map<string, number | undefined>();
  for (const { id } of entry.json.cells) {
    const last = (await entry.cell(id)).index().at(-1);
    recorded.set(id, last === undefined ? undefined : wholeTruth(last.metrics)?.mse);
  }
  const heat = { ...suitedHeatWords, x: 'points', y: 'learning_rate' };
  const map = await entryChart({ entry, words: heat, ...rest });
  const shown = map.table().rows.filter(([, , value]) => value !== null);
  expect(shown).toHaveLength(2);
  for (const [, , value, , id] of shown) expect(value).toBe(recorded.get(String(id)));
  expect(map.caption).toContain('2 cells diverged');
  expect(map.drawing.recipe?.drawing).toMatchObject({
    kind: 'map',
    options: { x: 'points', y: 'learning_rate' },
  });

  const words = { ...suitedWords, x: 'points', where: 'learning_rate < 1', baseline: 'constant' };
  const { table, drawing } = await entryChart({ entry, words, ...rest });
  const { head, rows } = table();
  const at = head.findIndex((name) => name.startsWith('baseline'));
  const constants = rows.map((row) => row[at]);
  expect(constants.every((value) => typeof value === 'number' && value > 0.05 && value < 0.3)).toBe(true);
  expect(drawing.svg([])).toContain('stroke-dasharray="1 3.5"');

  const both = await entryChart({ entry, words: { ...words, y: 'true error, IoU', baseline: '' }, ...rest });
  expect(both.drawing.recipe?.drawing.options).toMatchObject({ y: 'true error, IoU', x: 'points' });
  expect(both.drawing.title).toContain('True error and IoU over training points');
  await notebook.close();
});
