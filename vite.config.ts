/** Build of the renderer: plain files in dist/renderer that a strict content security policy lets run. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('./renderer', import.meta.url)),
  base: './',
  plugins: [
    // Trees instead of HTML strings: nothing is ever parsed as HTML at run time.
    svelte({ configFile: false, compilerOptions: { runes: true, fragments: 'tree' } }),
  ],
  // onnxruntime's WebAssembly stays in files of its own, which the content policy lets it load.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  worker: { format: 'es', rollupOptions: { checks: { pluginTimings: false } } },
  build: {
    outDir: fileURLToPath(new URL('./dist/renderer', import.meta.url)),
    emptyOutDir: true,
    license: { fileName: 'licenses.md' },
    target: 'es2022',
    // Fonts as files of their own: the policy allows no data: in font-src.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      checks: { pluginTimings: false },
      input: {
        index: fileURLToPath(new URL('./renderer/index.html', import.meta.url)),
        compute: fileURLToPath(new URL('./renderer/gpu/compute.html', import.meta.url)),
      },
    },
  },
});
