import { expect, test } from 'vitest';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { eraseFromTrash, listTrash } from '../../electron/lab/notebook/trash.ts';
import { ModelFileSystem, survivals } from './model-file-system.ts';

const trash = '/notebook/trash';
const names = ['2026-01-01-one-aaaaaaaa', '2026-01-02-two-bbbbbbbb'];
const files = ['entry.json', 'notes.md', 'cells.json'];

/** A machine with two entries in the trash. */
async function machine(): Promise<ModelFileSystem> {
  const fs = new ModelFileSystem();
  for (const folder of ['/notebook', '/notebook/entries', trash]) await fs.makeFolder(folder);
  for (const name of names) {
    await fs.makeFolder(`${trash}/${name}`);
    for (const file of files) {
      const open = await fs.open(`${trash}/${name}/${file}`, 'create');
      await open.write(new TextEncoder().encode('{}'), 0);
      await open.sync();
    }
    await fs.syncFolder(`${trash}/${name}`);
  }
  for (const folder of [trash, '/notebook', '/']) await fs.syncFolder(folder);
  return fs.afterStop({ names: 'new', data: 'new' });
}

/** Names of the entries in the trash, each of them whole. */
async function left(fs: ModelFileSystem): Promise<string[]> {
  const listed = await listTrash(fs, '/notebook');
  for (const { path } of listed) expect((await fs.list(path)).sort()).toEqual([...files].sort());
  return listed.map(({ path }) => path.slice(trash.length + 1)).sort();
}

test.each([
  ['one entry', 'bbbbbbbb', names.slice(0, 1)],
  ['all of them', undefined, []],
])(
  'a stop while %s is deleted leaves whole entries only, and nothing once the notebook is opened',
  async (_what, id, rest) => {
    const whole = await machine();
    await eraseFromTrash(whole, '/notebook', id);
    expect(await left(whole)).toEqual(rest);
    const seen = new Set<number>();
    for (let stopAt = 0; stopAt < whole.operations; stopAt++) {
      for (const survival of survivals) {
        const fs = await machine();
        fs.faults = { stopAt };
        await expect(eraseFromTrash(fs, '/notebook', id)).rejects.toThrow();
        const next = fs.afterStop(survival);
        const kept = await left(next);
        expect(kept).toEqual(expect.arrayContaining(rest));
        seen.add(kept.length);
        await (await openNotebook('/notebook', { mode: 'write', fileSystem: next })).close();
        expect((await next.list(trash)).sort()).toEqual(kept);
      }
    }
    expect(seen).toContain(rest.length);
    expect(seen).toContain(names.length);
  },
);
