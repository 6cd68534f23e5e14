/** The reader of notebooks in plain Python that was written from docs/format.md. */
import { spawnSync } from 'node:child_process';

export const deriveProgram = 'test/docs/derive-run.py';

export function hasPython(): boolean {
  const found = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']);
  return found.status === 0;
}
