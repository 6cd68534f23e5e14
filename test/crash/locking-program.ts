/**
 * A program that fights for the lock of a notebook (argument 2). `rounds N`: takes it N times, checking each time that
 * nobody else is inside. `hold`: takes it, says so, and holds it until it is killed.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../electron/lab/disk/lab-error.ts';
import { diskFileSystem } from '../../electron/lab/disk/files.ts';
import { takeLock } from '../../electron/lab/disk/lock.ts';

const [, , notebook, mode, count] = process.argv;

if (mode === 'hold') {
  try {
    await takeLock(diskFileSystem, notebook, new Date());
    process.stdout.write('taken\n');
    await sleep(60_000);
  } catch (error) {
    process.stdout.write(`${error instanceof LabError ? error.code : String(error)}\n`);
  }
} else {
  const inside = join(notebook, 'inside');
  let taken = 0;
  let refused = 0;
  while (taken < Number(count)) {
    try {
      const lock = await takeLock(diskFileSystem, notebook, new Date());
      // Fails where somebody else is inside.
      writeFileSync(inside, String(process.pid), { flag: 'wx' });
      await sleep(Math.random() * 3);
      rmSync(inside);
      await lock.release();
      taken++;
    } catch (error) {
      if (!(error instanceof LabError && error.code === 'locked')) throw error;
      refused++;
      await sleep(Math.random() * 4);
    }
  }
  process.stdout.write(`${JSON.stringify({ taken, refused })}\n`);
}
