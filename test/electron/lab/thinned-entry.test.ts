/** A thinned entry answers as far as anything is left to answer with, verifies at every level, and goes on to the same links. */
import { cpSync } from 'node:fs';
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

const linksOf = async (notebook: string, entryId: string): Promise<string[][]> => {
  const opened = await openNotebook(notebook, { mode: 'read' });
  const entry = await opened.find(entryId);
  const stores = await Promise.all(entry.json.cells.map(({ id }) => entry.cell(id)));
  const links = stores.map((store) => store.index().map(({ link }) => link));
  await opened.close();
  return links;
};

const film = {
  cellId: null,
  width: 128,
  height: 128,
  zoom: 2,
  drawing: 'prediction' as const,
  map: 'viridis' as const,
  hasCreases: true,
  hasLabels: false,
  range: { first: 0, last: null, every: 1 },
  timing: { frameRate: 10, holdFirst: 0, holdLast: 0 },
};

it('is verified, shown, filmed, exported, imported and continued', async () => {
  const whole = scratchFolder();
  const entryId = await withLab(whole, (client) => trained(client));
  const thin = join(scratchFolder(), 'thin');
  cpSync(whole, thin, { recursive: true });
  const networks = (client: LabClient, cellId: string) =>
    Promise.all([0, 12, 13, 36].map((epoch) => client.call('cell.network', { entryId, cellId, epoch })));
  const cellIds = await withLab(whole, async (client) =>
    (await client.call('entry.read', { entryId })).cells.map(({ id }) => id),
  );
  const [before, tables, timelines] = await withLab(whole, async (client) => [
    await networks(client, cellIds[0]),
    await client.call('export.data', { entryId, format: 'csv' }),
    await client.call('entry.timelines', { entryId, cells: cellIds.map((cellId) => ({ cellId, from: 0 })) }),
  ]);

  const archive = await withLab(thin, async (client) => {
    const request = { entryId, keep: 'every 10' };
    const plan = await client.call('entry.thin', { ...request, dryRun: true });
    expect(await client.call('entry.thin', { ...request, dryRun: true })).toEqual(plan);
    const done = await client.call('entry.thin', { ...request, dryRun: false });
    expect(done).toEqual(plan);
    // Snapshots are of every fourth epoch: 0, 8 (as near to 10 as 12), 20, 28, 40.
    expect(done).toMatchObject({ removed: 12, kept: 10 });
    expect(done.after).toBeLessThan(done.before);
    // The same weights come from training again, those of epoch 12 held to their digest.
    expect(await networks(client, cellIds[0])).toEqual(before);
    expect(await client.call('export.data', { entryId, format: 'csv' })).toEqual(tables);
    const cells = cellIds.map((cellId) => ({ cellId, from: 0 }));
    const [now] = await client.call('entry.timelines', { entryId, cells });
    expect([...now.previews]).toEqual([0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4]);
    expect({ ...now, previews: 0, keyFrames: 0 }).toEqual({ ...timelines[0], previews: 0, keyFrames: 0 });
    const [block] = await client.call('previews.read', {
      entryId,
      cells: [{ cellId: cellIds[0], from: 1, count: 9 }],
    });
    expect([...block.epochs]).toEqual([8, 20, 28, 40]);
    expect((await client.call('film.plan', { entryId, ...film })).moments.map(({ epoch }) => epoch)).toEqual([
      0, 8, 20, 28, 40,
    ]);
    const page = await client.call('export.page', { entryId, limit: 50_000_000 });
    expect(page.every).toBe(1);
    for (const level of ['chain', 'frames', 'rerun'] as const) {
      const verdict = await client.call('entry.verify', { entryId, level });
      expect(verdict).toMatchObject({ holds: true, findings: [] });
      const snapshots = level === 'frames' ? 5 : 11;
      expect(verdict.cells.map((cell) => [cell.snapshots, cell.thinned])).toEqual([
        [snapshots, 6],
        [snapshots, 6],
      ]);
    }
    return client.call('export.data', { entryId, format: 'eln' });
  });

  await withLab(scratchFolder(), async (client) => {
    const bytes = Uint8Array.from(archive.bytes);
    const { upload } = await client.call('upload.begin', { size: bytes.length });
    await client.call('upload.append', { upload, at: 0, bytes });
    expect(await client.call('notebook.import', { upload })).toMatchObject({ entryId, remarks: [] });
    expect((await client.call('export.data', { entryId, format: 'eln' })).bytes).toEqual(bytes);
  });

  const longer = smallSweep.replace('epochs: 40', 'epochs: 60');
  for (const notebook of [whole, thin])
    expect(await withLab(notebook, (client) => trained(client, longer))).toBe(entryId);
  expect(await linksOf(thin, entryId)).toEqual(await linksOf(whole, entryId));
});
