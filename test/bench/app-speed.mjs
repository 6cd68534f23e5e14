/**
 * Measures the app in a real browser; see app-speed.ts.
 *
 *   npm run bench -- --app [--only scrub|frames|blocking|training|walk|many] [--cells 10000,100000] [--steps N] [--profile FILE] [--json]
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: ['gifenc'] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: join(root, 'dist', 'bench'),
    emptyOutDir: false,
    rollupOptions: {
      input: { 'app-speed': join(root, 'test', 'bench', 'app-speed.ts') },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
});
const { status } = spawnSync(
  process.execPath,
  [join(root, 'dist', 'bench', 'app-speed.js'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
