import { expect, it } from 'vitest';
import { RegularCollection } from '../../../../electron/lab/cluster/regular-collection.ts';
import { later, machine, onlyEntry, open } from '../../../crash/trained-job.ts';

it('what jobs finish is taken in once packs have grown, and two at once take each cell once', async () => {
  const notebook = await open(await machine(), 'write');
  const told: string[] = [];
  const troubles: unknown[] = [];
  const collection = new RegularCollection(notebook, () => new Date(later), {
    onCells: (entryId) => told.push(entryId),
    onTrouble: (error) => troubles.push(error),
  });
  const { id } = await onlyEntry(notebook);
  const [, asked] = await Promise.all([collection.look(), collection.collect(id)]);
  expect(asked.cells).toBe(0);
  await collection.look();
  expect(told).toEqual([id]);
  expect(troubles).toEqual([]);
  await collection.close();
  await notebook.close();
});
