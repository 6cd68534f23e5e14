/** Programs for child processes, bundled from TypeScript. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));

export interface Bundle {
  readonly path: string;
  remove(): void;
}

/** A program of this folder as one file that a plain Node runs. */
export async function bundleProgram(name: string): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-program-'));
  await build({
    root: dirname(dirname(here)),
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(here, name),
      target: 'node20',
      outDir: folder,
      rollupOptions: { output: { entryFileNames: '[name].mjs' } },
    },
  });
  const path = join(folder, `${basename(name, '.ts')}.mjs`);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
