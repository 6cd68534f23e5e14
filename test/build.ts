/** Compiles the WebAssembly kernels once before any test. */
import { execFileSync } from 'node:child_process';

export default function build(): void {
  execFileSync(process.execPath, ['electron/build-kernels.mjs'], { stdio: 'inherit' });
}
