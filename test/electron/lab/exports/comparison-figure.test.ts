import { expect, test } from 'vitest';
import { comparisonFigure } from '../../../../electron/lab/exports/comparison-figure.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { cellId } from '../../../../experiments/sweeps/cell-identity.ts';
import { sampleCell } from '../../../experiments/records/sample-records.ts';
import { sampleEntry, temporaryFolder } from '../notebook/sample-notebook.ts';

test('a grid that is too large is refused before anything of it is drawn', async () => {
  const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
  const cells = Array.from({ length: 65 }, (_, seed) => {
    const config = { ...sampleCell().config, seed };
    return { ...sampleCell(), id: cellId(config), config, axes: { points: 10, seed } };
  });
  const entry = await notebook.create(sampleEntry({ cells }));
  const drawn: string[] = [];
  const never = (what: string) => (): never => {
    drawn.push(what);
    throw new Error(what);
  };
  const request = {
    entry,
    engine: { renderFrame: never('frame'), weightsAt: never('weights') },
    options: {
      epoch: 'last',
      cellSize: 64,
      scale: 1,
      drawing: 'prediction',
      map: 'grey',
      points: true,
    },
    date: '2026-11-20',
    program: 'Creasebook',
    onProgress: never('progress'),
  } as const;
  await expect(comparisonFigure(request)).rejects.toMatchObject({
    message: expect.stringMatching(/1 to 64 rows and columns, not (65 x 1|1 x 65)/) as string,
  });
  expect(drawn).toEqual([]);
  await notebook.close();
});
