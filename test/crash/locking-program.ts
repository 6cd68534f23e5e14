/**
 * A program that fights for the lock of a notebook (argument 2). `rounds N`: takes it N times, checking each time that
 * nobody else is inside. `hold`: takes it, says so, and holds it until it is killed. `meet N ID OF SEED`: N times, this program
 * and its likes, `OF` in all, start at once on a folder of its own without hard links, with random delays; whoever has taken
 * the lock keeps it until all of them know how they fared.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../../electron/lab/disk/lab-error.ts';
import { diskFileSystem } from '../../electron/lab/disk/files.ts';
import { takeLock, type Lock } from '../../electron/lab/disk/lock.ts';
import { numbersFrom } from '../experiments/records/sample-records.ts';
import { withoutLinks } from './without-links.ts';

const [, , notebook, mode, count, ...more] = process.argv;

if (mode === 'hold') {
  try {
    await takeLock(diskFileSystem, notebook, new Date());
    process.stdout.write('taken\n');
    await sleep(60_000);
  } catch (error) {
    process.stdout.write(`${error instanceof LabError ? error.code : String(error)}\n`);
  }
} else if (mode === 'meet') {
  const [id, of, seed] = more.map(Number);
  const next = numbersFrom(seed);
  const upTo = (most: number): number => next() % (most + 1);
  const taken: boolean[] = [];
  for (let round = 0; round < Number(count); round++) {
    const place = join(notebook, String(round));
    const meet = async (name: string): Promise<void> => {
      const folder = join(place, name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, String(id)), '');
      while (readdirSync(folder).length < of) await sleep(2);
    };
    await meet('start');
    await sleep(upTo(15));
    const fs = withoutLinks({ makeMs: upTo(60), fillMs: upTo(60) });
    // Without a grace time a file that is still empty counts as left behind: the second look alone tells it apart.
    const timing = { beatMs: 30_000, silenceMs: 300_000, graceMs: 20 * upTo(2), yieldMs: 500 };
    let lock: Lock | null = null;
    try {
      lock = await takeLock(fs, place, new Date(), timing);
    } catch (error) {
      if (!(error instanceof LabError && error.code === 'locked')) throw error;
    }
    await meet('end');
    taken.push(lock !== null);
    await meet('told');
    await lock?.release();
  }
  process.stdout.write(`${JSON.stringify(taken)}\n`);
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
