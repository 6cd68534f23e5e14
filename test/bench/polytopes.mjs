/**
 * Measures exact polytopes: the plain single-thread baseline, the extraction on one thread and on two, in the same rounds.
 *
 *   node test/bench/polytopes.mjs [--rounds N] [--quick]
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
spawnSync(process.execPath, [join(root, 'electron', 'scripts', 'build-kernels.mjs')], {
  cwd: root,
  stdio: 'inherit',
});
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node20',
    outDir: join(root, 'dist', 'bench'),
    emptyOutDir: false,
    rollupOptions: {
      input: {
        polytopes: join(root, 'test', 'bench', 'polytopes.ts'),
        'polytopes-worker': join(root, 'test', 'bench', 'polytopes-worker.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
});
const { status } = spawnSync(
  process.execPath,
  [join(root, 'dist', 'bench', 'polytopes.js'), root, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
