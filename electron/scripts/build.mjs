/** Builds dist/: the kernels, one bundle per Node entry point (large dependencies stay in node_modules), the renderer. */
import { copyFileSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { build } from 'vite';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const startedAt = new Date();
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// As ES modules it is bundled without what nobody calls; its CommonJS form for Node would be started whole each time.
const yamlAsModules = { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') };

const kernels = spawnSync(process.execPath, [join(root, 'electron', 'scripts', 'build-kernels.mjs')], {
  cwd: root,
  stdio: 'inherit',
});
if (kernels.status !== 0) process.exit(1);

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  // A start reads one file where it would look for hundreds of small ones; what the packaged app keeps as packages is in
  // `dependencies`, all else that the program uses is bundled.
  ssr: { noExternal: true, external: ['electron', ...Object.keys(dependencies)] },
  resolve: { alias: yamlAsModules },
  build: {
    ssr: true,
    target: 'node20',
    outDir: join(root, 'dist', 'node'),
    emptyOutDir: false,
    license: { fileName: 'licenses.md' },
    rollupOptions: {
      input: {
        creasebook: join(root, 'electron', 'cli.ts'),
        'compute-worker': join(root, 'electron', 'compute', 'compute-worker.ts'),
        'bench-child': join(root, 'electron', 'commands', 'bench', 'bench-child.ts'),
        'gpu-child': join(root, 'electron', 'compute', 'gpu-child.ts'),
        'background-worker': join(root, 'electron', 'lab', 'background', 'background-worker.ts'),
        shell: join(root, 'electron', 'shell', 'main.ts'),
      },
      output: {
        entryFileNames: '[name].mjs',
        chunkFileNames: 'chunks/[name].mjs',
        // Half as much to read at a start; names stay, for the log.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
});

// See the file; beside it all have endings that say what they are.
const nodeFolder = join(root, 'dist', 'node');
copyFileSync(join(root, 'electron', 'cli-start.cjs'), join(nodeFolder, 'cli.js'));
writeFileSync(join(nodeFolder, 'package.json'), '{ "type": "commonjs" }\n');

// A sandboxed preload script must be one CommonJS file.
for (const name of ['preload', 'gpu-preload']) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node20',
      outDir: join(root, 'dist', 'node'),
      emptyOutDir: false,
      rollupOptions: {
        input: join(root, 'electron', 'shell', `${name}.ts`),
        output: { format: 'cjs', entryFileNames: `${name}.cjs` },
      },
    },
  });
}

// What travels with a job to a cluster: files with everything in them, so that a thousand tasks look for little. Dawn is a
// package of its own, which goes with jobs for GPUs.
for (const [name, source] of [
  ['work', join(root, 'electron', 'work.ts')],
  ['cell-thread', join(root, 'electron', 'compute', 'cell-thread.ts')],
  ['gpu-child', join(root, 'electron', 'compute', 'gpu-child.ts')],
]) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['webgpu'] },
    resolve: { alias: yamlAsModules },
    build: {
      ssr: true,
      target: 'node20',
      minify: true,
      outDir: join(root, 'dist', 'work'),
      emptyOutDir: false,
      license: { fileName: `${name}.licenses.md` },
      rollupOptions: {
        input: source,
        output: { codeSplitting: false, entryFileNames: `${name}.js` },
      },
    },
  });
}

await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });

// The app once more as one script and one style sheet, which exported pages carry in themselves.
await build({
  configFile: join(root, 'vite.config.ts'),
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: join(root, 'dist', 'page'),
    cssCodeSplit: false,
    chunkSizeWarningLimit: 4000,
    assetsInlineLimit: (path) => path.endsWith('.woff2'),
    rollupOptions: {
      input: join(root, 'renderer', 'page', 'main.ts'),
      output: {
        codeSplitting: false,
        entryFileNames: 'page.js',
        assetFileNames: (asset) =>
          asset.names[0]?.endsWith('.css') ? 'page.css' : 'unused/[name]-[hash][extname]',
      },
    },
  },
});

// Fonts for browsers of long ago stay out: nothing in the file may lead out of it.
const style = join(root, 'dist', 'page', 'page.css');
writeFileSync(
  style,
  readFileSync(style, 'utf8').replaceAll(/,\s*url\([^)]*\.woff\)\s*format\("woff"\)/g, ''),
);
rmSync(join(root, 'dist', 'page', 'unused'), { recursive: true, force: true });

// The stamp carries the time the build began, so that a file saved meanwhile makes the next start build again.
const stamp = join(root, 'dist', '.built');
writeFileSync(stamp, '');
utimesSync(stamp, startedAt, startedAt);
