import { expect, test } from 'vitest';
import { openNotebook, type Notebook } from '../../electron/lab/notebook/notebook.ts';
import { ModelFileSystem, survivals } from './model-file-system.ts';
import { packAndGoOn } from './packed-cells.ts';
import { createCells, expectWholeCells } from './whole-cells.ts';
import { campaignPlaces } from '../fuzz-runs.ts';

function open(fileSystem: ModelFileSystem, mode: 'read' | 'write'): Promise<Notebook> {
  return openNotebook('/notebook', { mode, fileSystem, now: () => new Date('2026-11-20T12:00:00Z') });
}

/** A machine with an entry of two finished cells in files of their own. */
async function machine(): Promise<ModelFileSystem> {
  const fs = new ModelFileSystem();
  const notebook = await open(fs, 'write');
  await createCells(notebook);
  await notebook.close();
  return fs.afterStop({ names: 'new', data: 'new' });
}

async function live(fs: ModelFileSystem): Promise<void> {
  const notebook = await open(fs, 'write');
  await packAndGoOn(notebook);
  await notebook.close();
}

async function expectWhole(fs: ModelFileSystem, mode: 'read' | 'write'): Promise<void> {
  const notebook = await open(fs, mode);
  await expectWholeCells(notebook, mode);
  await notebook.close();
}

test('a stop before any operation of packing, unpacking and packing again loses no record and no preview', async () => {
  const whole = await machine();
  await live(whole);
  const { operations } = whole;
  expect(operations).toBeGreaterThan(40);
  await expectWhole(whole, 'read');
  for (const stopAt of campaignPlaces(operations)) {
    // Two of the ways in which a disk may be left, others at the next operation.
    for (const survival of [0, 1].map((more) => survivals[(2 * stopAt + more) % survivals.length])) {
      const fs = await machine();
      fs.faults = { stopAt };
      await expect(live(fs)).rejects.toThrow();
      const where = `${fs.log.at(-1)}, ${JSON.stringify(survival)}`;
      for (const mode of ['read', 'write'] as const)
        await expectWhole(fs.afterStop(survival), mode).catch((error: unknown) => {
          throw new Error(`${mode} after ${where}: ${String(error)}`, { cause: error });
        });
      const next = fs.afterStop(survival);
      await live(next);
      await expectWhole(next.afterStop({ names: 'old', data: 'old' }), 'read');
    }
  }
});

test('where the disk is full, cells stay where they were, and are packed later', async () => {
  const whole = await machine();
  await live(whole);
  for (const failAt of campaignPlaces(whole.operations)) {
    const fs = await machine();
    fs.faults = { failAt, errno: 'ENOSPC' };
    await live(fs).catch(() => undefined);
    fs.faults = {};
    const after = fs.afterKill();
    await expectWhole(after, 'read');
    await expectWhole(fs.afterKill(), 'write').catch((error: unknown) => {
      throw new Error(`${fs.log[failAt]}: ${String(error)}`, { cause: error });
    });
    await live(after);
    await expectWhole(after, 'read');
  }
});
