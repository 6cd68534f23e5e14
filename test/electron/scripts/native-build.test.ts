/** Native kernels are compiled where that is possible, and nothing else ever fails for want of them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../scratch-folder.ts';

/** A checkout with sources that compile at once, or do not compile. */
function checkout(addon: string): string {
  const folder = scratchFolder();
  cpSync('electron/scripts', join(folder, 'electron/scripts'), { recursive: true });
  const sources = join(folder, 'experiments/engines/native');
  mkdirSync(sources, { recursive: true });
  for (const name of [
    ...['avx512-strict', 'avx512-fused', 'avx2-strict', 'avx2-fused', 'sse-strict'],
    ...['neon-strict', 'neon-fused', 'sets', 'team'],
  ]) {
    writeFileSync(join(sources, `${name}.cpp`), '');
  }
  writeFileSync(join(sources, 'addon.cpp'), addon);
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

const smallest = '#include <node_api.h>\nNAPI_MODULE_INIT() { (void)env; return exports; }\n';

function compile(folder: string, env: NodeJS.ProcessEnv = {}): string {
  const script = join(folder, 'electron/scripts/build-native.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--wait'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  expect(status).toBe(0);
  return stderr;
}

const native = (folder: string, name: string): string => join(folder, 'dist/native', name);

it('says in one line that there is no compiler', () => {
  const folder = checkout(smallest);
  const nowhere = { PATH: '/nowhere', CXX: '' };
  expect(compile(folder, nowhere)).toBe(
    'There are no native kernels: no C++ compiler was found. WebAssembly trains.\n',
  );
  expect(existsSync(native(folder, 'stamp.json'))).toBe(false);
  expect(JSON.parse(readFileSync(native(folder, 'note.json'), 'utf8'))).toMatchObject({
    reason: 'no C++ compiler was found.',
  });
});

it.skipIf(process.platform === 'win32')('says in one line that a compiler is broken or too old', () => {
  const folder = checkout(smallest);
  const broken = join(folder, 'broken-compiler');
  writeFileSync(broken, '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "unknown option $1" >&2\nexit 1\n');
  chmodSync(broken, 0o755);
  expect(compile(folder, { CXX: broken })).toMatch(/^There are no native kernels: .*broken-compiler.*\n$/);
  expect(readFileSync(native(folder, 'compiler.log'), 'utf8')).toContain('unknown option');
  expect(existsSync(native(folder, 'building'))).toBe(false);
});

it('says in one line that they cannot be kept', () => {
  const folder = checkout(smallest);
  // A file in the folder's place, since tests may run as root, who may write anywhere.
  writeFileSync(join(folder, 'dist'), '');
  expect(compile(folder)).toBe('Native kernels cannot be kept here: WebAssembly trains.\n');
});
