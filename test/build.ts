/** Compiles the WebAssembly kernels once before any test. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export default function build(): void {
  if (existsSync('electron/build-kernels.mjs')) execFileSync(process.execPath, ['electron/build-kernels.mjs'], { stdio: 'inherit' });
}
