/** An entry whose cells are packed answers every call as it did before, byte for byte, and goes on to the same links. */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { LabClient } from '../../../electron/contract/contract.ts';
import { openNotebook } from '../../../electron/lab/notebook/notebook.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { openSmallLab, smallSweep, trained } from './small-lab.ts';

async function withLab<Result>(
  notebook: string,
  task: (client: LabClient) => Promise<Result>,
): Promise<Result> {
  const { lab, client } = await openSmallLab({ notebook });
  try {
    return await task(client);
  } finally {
    await lab.close();
  }
}

/** Tables, archive, films, previews, pictures and weights between snapshots, verdicts: all that is made of records. */
async function everything(client: LabClient, entryId: string): Promise<unknown> {
  const { cells } = await client.call('entry.read', { entryId });
  const found: unknown[] = [cells];
  for (const format of ['csv', 'parquet', 'eln'] as const)
    found.push(await client.call('export.data', { entryId, format }));
  const film = {
    entryId,
    cellId: null,
    width: 128,
    height: 128,
    zoom: 2,
    drawing: 'prediction' as const,
    map: 'viridis' as const,
    hasCreases: true,
    hasLabels: false,
    range: { first: 0, last: null, every: 4 },
    timing: { frameRate: 10, holdFirst: 0, holdLast: 0 },
  };
  const plan = await client.call('film.plan', film);
  found.push(plan);
  for (const moment of plan.moments.keys())
    found.push(await client.call('film.picture', { ...film, moment }));
  for (const { id: cellId } of cells) {
    // Between two snapshots: trained again from the key frame before.
    found.push(await client.call('cell.network', { entryId, cellId, epoch: 27 }));
    found.push(await client.call('entry.events', { entryId, cellId }));
    const previews = [{ cellId, from: 0, count: 100 }];
    found.push(await client.call('previews.read', { entryId, cells: previews }));
  }
  return found;
}

const verdicts = (client: LabClient, entryId: string) =>
  Promise.all(
    (['chain', 'frames', 'rerun'] as const).map((level) => client.call('entry.verify', { entryId, level })),
  );

const linksOf = async (notebook: string, entryId: string): Promise<string[][]> => {
  const opened = await openNotebook(notebook, { mode: 'read' });
  const entry = await opened.find(entryId);
  const stores = await Promise.all(entry.json.cells.map(({ id }) => entry.cell(id)));
  const links = stores.map((store) => store.index().map(({ link }) => link));
  await opened.close();
  return links;
};

it('is read, exported, filmed, replayed and continued as one whose cells have files of their own', async () => {
  const loose = scratchFolder();
  const entryId = await withLab(loose, (client) => trained(client));
  const packed = join(scratchFolder(), 'packed');
  cpSync(loose, packed, { recursive: true });
  const writing = await openNotebook(packed, { mode: 'write' });
  const entry = await writing.find(entryId);
  expect(await entry.pack()).toBe(2);
  await writing.close();
  expect(readdirSync(join(entry.path, 'cells'))).toEqual([]);

  const before = await withLab(loose, (client) => everything(client, entryId));
  expect(await withLab(packed, (client) => everything(client, entryId))).toEqual(before);

  const held = await withLab(packed, (client) => verdicts(client, entryId));
  expect(held.map(({ holds }) => holds)).toEqual([true, true, true]);
  expect(await withLab(loose, (client) => verdicts(client, entryId))).toEqual(held);

  const longer = smallSweep.replace('epochs: 40', 'epochs: 60');
  for (const notebook of [loose, packed])
    expect(await withLab(notebook, (client) => trained(client, longer))).toBe(entryId);
  const links = await linksOf(loose, entryId);
  expect(links.map(({ length }) => length)).toEqual([16, 16]);
  expect(await linksOf(packed, entryId)).toEqual(links);
  expect(existsSync(join(entry.path, 'packs', '1.pack'))).toBe(true);
});
