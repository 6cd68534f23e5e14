/** The sources of a top folder, for checks that read them all. */
import { readdirSync, readFileSync } from 'node:fs';
import type { SourceFile } from './import-table.ts';

/** Every TypeScript and Svelte file below a folder; the kernels' AssemblyScript has a compiler of its own. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => /\.(ts|svelte)$/.test(path) && !path.includes('/kernels/assembly/'))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
