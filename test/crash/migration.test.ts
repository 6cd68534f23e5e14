import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNotebook, type Notebook } from '../../electron/lab/notebook/notebook.ts';
import { goldenName, goldenPath, lookAtGolden, writeFirst } from './first-write.ts';
import { ModelFileSystem, survivals } from './model-file-system.ts';
import { campaignPlaces } from '../fuzz-runs.ts';

/** A machine on whose disk an entry of version 1 lies. */
async function machine(): Promise<ModelFileSystem> {
  const fs = new ModelFileSystem();
  const put = async (from: string, to: string): Promise<void> => {
    await fs.makeFolder(to);
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      if (entry.isDirectory()) await put(join(from, entry.name), `${to}/${entry.name}`);
      else {
        const file = await fs.open(`${to}/${entry.name}`, 'create');
        await file.write(readFileSync(join(from, entry.name)), 0);
        await file.sync();
      }
    }
    await fs.syncFolder(to);
  };
  for (const folder of ['/notebook', '/notebook/entries']) await fs.makeFolder(folder);
  await put(goldenPath, `/notebook/entries/${goldenName}`);
  for (const folder of ['/notebook/entries', '/notebook', '/']) await fs.syncFolder(folder);
  return fs.afterStop({ names: 'new', data: 'new' });
}

function open(fileSystem: ModelFileSystem, mode: 'read' | 'write'): Promise<Notebook> {
  return openNotebook('/notebook', { mode, fileSystem });
}

async function write(fs: ModelFileSystem): Promise<void> {
  const notebook = await open(fs, 'write');
  await writeFirst(notebook);
  await notebook.close();
}

async function look(fs: ModelFileSystem, mode: 'read' | 'write') {
  const notebook = await open(fs, mode);
  const looked = await lookAtGolden(notebook);
  await notebook.close();
  return looked;
}

test('a stop before any operation of the first write leaves an entry of version 1 or one of version 2, and nothing else', async () => {
  const whole = await machine();
  await write(whole);
  const { operations } = whole;
  const old = await look(await machine(), 'read');
  const written = { ...old, version: 2, title: 'mine' };
  expect(old).toMatchObject({ version: 1, title: 'golden ring', holds: true });
  expect(await look(whole, 'read')).toEqual(written);
  const seen = new Set<number>();
  for (const stopAt of campaignPlaces(operations)) {
    for (const survival of survivals) {
      const fs = await machine();
      fs.faults = { stopAt };
      await expect(write(fs)).rejects.toThrow();
      for (const mode of ['read', 'write'] as const) {
        const found = await look(fs.afterStop(survival), mode);
        expect(found, `${fs.log.at(-1)}, ${JSON.stringify(survival)}`).toEqual(
          found.version === 1 ? old : written,
        );
        seen.add(found.version);
      }
      const next = fs.afterStop(survival);
      await write(next);
      expect(await look(next.afterStop({ names: 'old', data: 'old' }), 'read')).toEqual(written);
      expect(
        (await next.list(`/notebook/entries/${goldenName}`)).filter((file) => /next|tmp/.test(file)),
      ).toEqual([]);
    }
  }
  expect([...seen].sort()).toEqual([1, 2]);
});

test('where the disk is full, the entry stays as it was and can be written later', async () => {
  const whole = await machine();
  await write(whole);
  const old = await look(await machine(), 'read');
  for (const failAt of campaignPlaces(whole.operations)) {
    const fs = await machine();
    fs.faults = { failAt, errno: 'ENOSPC' };
    await write(fs).catch(() => undefined);
    fs.faults = {};
    const after = fs.afterKill();
    const found = await look(after, 'read');
    expect(found, fs.log[failAt]).toEqual(found.version === 1 ? old : { ...old, version: 2, title: 'mine' });
    await write(after);
    expect(await look(after, 'read')).toMatchObject({ version: 2, title: 'mine', holds: true });
  }
});
