import { expect, it } from 'vitest';
import { suitedWords } from '../../../experiments/charts/chart-request.ts';
import { ContractError } from '../../../electron/contract/contract.ts';
import {
  drawingOfGround,
  noteChartView,
  noteFigure,
  noteFigureText,
  noteGrid,
  withFigurePictures,
  type NoteFigure,
} from '../../../renderer/model/note-figures.ts';
import { chartCellOf } from '../../../renderer/model/chart-cells.ts';
import { cell } from '../samples.ts';

const again = (figure: NoteFigure) => noteFigure(noteFigureText(figure).replace(/^!\[\[|\]\]$/g, ''));

it('a chart in notes is what the address of a chart says, and back', () => {
  const figure = noteFigure('chart: y = true error & x=points&lines=none & where=points <= 625 & log-y=yes ');
  const words = {
    ...suitedWords,
    x: 'points',
    y: 'true error',
    lines: '',
    at: 'last',
    where: 'points <= 625',
    isLogY: true,
  };
  expect(figure).toEqual({ kind: 'chart', words });
  expect(noteChartView(words)).toMatchObject({ tab: 'curves', y: 'true error', lines: 'none', at: 'last' });
  expect(again(figure)).toEqual(figure);
  expect(() => noteFigure('chart: y=IoU & colour=points')).toThrow("not 'colour'");
});

it('a grid in notes names axes, moment, filter and drawing; one wrong word is told in a line', () => {
  const figure = noteFigure('Grid: x=points & at = 40 & where=points <= 625 & draw=layers');
  const words = { x: 'points', y: null, at: '40', where: 'points <= 625', draw: 'layers' };
  expect(figure).toEqual({ kind: 'grid', words });
  expect(again(figure)).toEqual(figure);
  expect(noteFigure('grid:')).toEqual({
    kind: 'grid',
    words: { x: null, y: null, at: 'last', where: '', draw: 'prediction' },
  });
  expect(() => noteFigure('grid: lines=points')).toThrow("grids have x, y, at, where, draw, not 'lines'");
  expect(() => noteFigure('grid: at=best')).toThrow("at last, shown or a whole epoch, not at 'best'");
  expect(() => noteFigure('grid: draw=slope')).toThrow("grids draw prediction, error, layers, not 'slope'");
  expect(drawingOfGround('layers')).toBe('layers');
  expect(drawingOfGround('slope')).toBe('prediction');
});

it('a grid in notes has the cells that pass, by column and row, and says which axis there is not', () => {
  const cells = [100, 200, 400].flatMap((points) =>
    [1, 2].map((seed) => cell(`${points}${seed}`, { points, seed })),
  );
  const measured = cells.map((one) => chartCellOf(one, undefined));
  const words = { x: null, y: null, at: 'last', where: '', draw: 'prediction' } as const;
  const ids = (where: string, y: string | null = null) =>
    noteGrid(cells, measured, { ...words, where, y }).cells.map((row) => row.map((one) => one?.id));
  expect(ids('')).toEqual([
    ['1001', '2001', '4001'],
    ['1002', '2002', '4002'],
  ]);
  expect(ids('id = 2001 or id = 2002')).toEqual([['2001', '2002']]);
  expect(() => ids('', 'shape')).toThrow("no axis 'shape'");
  expect(() => ids('pionts = 1')).toThrow("'pionts'");
});

it('outside figures are pictures, each drawn once; code and what cannot be drawn stay as they are', async () => {
  const text = [
    'See ![[chart: y=IoU]] and ![[chart: y=IoU]], not `![[grid: y=IoU]]`; ![[grid: x=points]].',
    '![[chart: why=IoU]] ![[grid: at=best]] ![[chart: y=nothing]] [[chart: y=IoU]]',
  ].join('\n');
  const drawn: unknown[] = [];
  const outside = await withFigurePictures(text, ({ kind, words }) => {
    drawn.push([kind, words.x, words.y]);
    if (words.y === 'nothing') throw new ContractError('refused', 'There is no nothing.');
    return Promise.resolve(Uint8Array.of(0x89, 0x50));
  });
  const picture = '![chart: y=IoU](data:image/png;base64,iVA=)';
  expect(outside).toBe(
    [
      `See ${picture} and ${picture}, not \`![[grid: y=IoU]]\`; ![grid: x=points](data:image/png;base64,iVA=).`,
      '![[chart: why=IoU]] ![[grid: at=best]] ![[chart: y=nothing]] [[chart: y=IoU]]',
    ].join('\n'),
  );
  expect(drawn).toEqual([
    ['chart', null, 'IoU'],
    ['grid', 'points', null],
    ['chart', null, 'nothing'],
  ]);
});
