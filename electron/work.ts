/** The worker of a job on a cluster: `node work.js JOB --shard K --threads N`. One bundle that needs no package beside it. */
import './program/uncompiled-schemas.ts';
import './program/node-byte-work.ts';
import { fileURLToPath } from 'node:url';
import { reportFromError } from './commands/user-error.ts';
import { workFromWords } from './lab/cluster/work-words.ts';

try {
  process.exitCode = await workFromWords(
    process.argv.slice(2),
    fileURLToPath(new URL('cell-thread.js', import.meta.url)),
  );
} catch (error) {
  process.stderr.write(`creasebook: ${reportFromError(error).line}\n`);
  process.exitCode = 1;
}
