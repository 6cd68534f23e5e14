/** Where the app looks for the pictures of sweeps: a sweep of somebody else must not look about on this machine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskFileSystem, type FileSystem } from '../../../../electron/lab/disk/files.ts';
import { missingBytes } from '../../../../electron/lab/disk/folder-size.ts';
import { planSweep, targetPicture } from '../../../../electron/lab/sweeps/sweep-plan.ts';
import { builtInPicture } from '../../../../experiments/targets/built-in.ts';
import { pngFromPicture } from '../../../../experiments/targets/png.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const engines = { engine: 'wasm', split: null } as const;
const png = pngFromPicture(builtInPicture('ring'));
const sweepOn = (target: string): string =>
  `name: x\ntarget: '${target}'\nepochs: 1\nparameters:\n  points: { values: [10] }\n  shape: { values: ['[4]*2'] }\n`;

/** A file system that notes every path it is asked about. */
function watched(): { readonly fs: FileSystem; readonly asked: string[] } {
  const asked: string[] = [];
  const fs = new Proxy(diskFileSystem, {
    get(target, name: keyof FileSystem) {
      const method = target[name] as (...words: unknown[]) => unknown;
      return (...words: unknown[]) => {
        asked.push(String(words[0]));
        return method.apply(target, words);
      };
    },
  });
  return { fs, asked };
}

test('a picture outside of the notebook is not looked at by the app, whatever its path is called', async () => {
  const around = scratchFolder();
  const notebook = join(around, 'notebook');
  mkdirSync(join(notebook, 'pictures'), { recursive: true });
  writeFileSync(join(around, 'secret.png'), png);
  writeFileSync(join(notebook, 'pictures', 'mine.png'), png);
  for (const target of [
    join(around, 'secret.png'),
    join(around, 'missing.png'),
    '../secret.png',
    'pictures/../../secret.png',
    '/etc/passwd',
    '..',
  ]) {
    const { fs, asked } = watched();
    await expect(planSweep(fs, sweepOn(target), notebook, [], engines, 'folder'), target).rejects.toThrow(
      /outside of the notebook and was not looked at/,
    );
    await expect(targetPicture(fs, target, notebook), target).rejects.toThrow(/was not looked at/);
    expect(asked, target).toEqual([]);
  }
  for (const target of ['pictures/mine.png', join(notebook, 'pictures', 'mine.png'), 'ring']) {
    const plan = await planSweep(diskFileSystem, sweepOn(target), notebook, [], engines, 'folder');
    expect(plan.cells, target).toHaveLength(1);
  }
  // The command line reads what a person names there.
  const own = await planSweep(diskFileSystem, sweepOn(join(around, 'secret.png')), notebook, [], engines);
  expect(own.cells).toHaveLength(1);
});

test('what a disk has no room for is told in bytes', async () => {
  const folder = scratchFolder();
  expect(await missingBytes(1, folder)).toBe(0);
  expect(await missingBytes(1e18, folder)).toBeGreaterThan(9e17);
});
