/** Builds dist/ once before any test where it is older than the sources. */
import { execFileSync } from 'node:child_process';

export default function build(): void {
  execFileSync(process.execPath, ['electron/scripts/launch.mjs', 'refresh'], { stdio: 'inherit' });
}
