/**
 * Packs the GPU bench into one archive that needs nothing but Linux on x64 and a Vulkan driver: no network, no Node.
 *
 *   node electron/scripts/bench-pack.mjs [FOLDER]    writes FOLDER/creasebook-bench-linux-x64.tar.gz (dist/ where left out)
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const maxBytes = 60 * 2 ** 20;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = resolve(process.argv[2] ?? join(root, 'dist'));

if (process.platform !== 'linux' || process.arch !== 'x64') fail('The bench is packed on Linux on x64.');
const stage = mkdtempSync(join(tmpdir(), 'creasebook-bench-'));
try {
  const home = join(stage, 'creasebook-bench');
  await stageFiles(home);
  mkdirSync(target, { recursive: true });
  const archive = join(target, 'creasebook-bench-linux-x64.tar.gz');
  // Names in one order and no times: the same sources give the same archive.
  const tar = spawnSync(
    'tar',
    [
      '--sort=name',
      '--mtime=@0',
      '--owner=0',
      '--group=0',
      '-I',
      'gzip -9n',
      '-cf',
      archive,
      '-C',
      stage,
      'creasebook-bench',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (tar.status !== 0) fail('tar failed.');
  const { size } = statSync(archive);
  if (size > maxBytes) fail(`The archive has ${(size / 2 ** 20).toFixed(1)} MiB, more than 60.`);
  console.log(`${archive} (${(size / 2 ** 20).toFixed(1)} MiB)`);
} finally {
  rmSync(stage, { recursive: true, force: true });
}

async function stageFiles(home) {
  const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['webgpu'] },
    build: {
      ssr: join(root, 'electron', 'commands', 'bench', 'gpu-bench-main.ts'),
      target: 'node20',
      outDir: join(home, 'dist', 'node'),
      emptyOutDir: true,
      rollupOptions: { output: { entryFileNames: 'bench.js', codeSplitting: false } },
    },
  });
  const kernels = join(home, 'dist', 'kernels');
  mkdirSync(kernels, { recursive: true });
  for (const name of ['strict.wasm', 'relaxed.wasm']) {
    copyFileSync(join(root, 'dist', 'kernels', name), join(kernels, name));
  }
  const webgpu = join(root, 'node_modules', 'webgpu');
  const packed = join(home, 'node_modules', 'webgpu');
  mkdirSync(packed, { recursive: true });
  for (const name of ['package.json', 'index.js', 'LICENSE.md'])
    copyFileSync(join(webgpu, name), join(packed, name));
  cpSync(join(webgpu, 'dist', 'linux-x64'), join(packed, 'dist', 'linux-x64'), { recursive: true });
  copyFileSync(process.execPath, join(home, 'node'));
  chmodSync(join(home, 'node'), 0o755);
  spawnSync('strip', [join(home, 'node')], { stdio: 'ignore' });
  writeFileSync(
    join(home, 'package.json'),
    `${JSON.stringify({ name: 'creasebook-bench', version, license, private: true, type: 'module' }, null, 2)}\n`,
  );
  writeFileSync(
    join(home, 'bench'),
    '#!/bin/sh\nhere=$(dirname -- "$0")\nexec "$here/node" "$here/dist/node/bench.js" "$@"\n',
  );
  chmodSync(join(home, 'bench'), 0o755);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
