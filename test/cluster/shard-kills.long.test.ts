/** Two workers at one shard, each killed again and again; a worker killed at its system calls that write. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { lab, labJson, temporaryLab } from '../electron/cli/lab-process.ts';
import { numbersFrom } from '../experiments/records/sample-records.ts';
import { absenceOf } from './requirements.ts';
import { silence } from './silent-attempts.ts';
import { expectCollected, uninterrupted, walkedSweep } from './walked-lab.ts';

/** So many kills; CREASEBOOK_CAMPAIGN=200 is the campaign, which also kills at every write. */
const kills = Number(process.env['CREASEBOOK_CAMPAIGN'] ?? 12);
const seed = Number(process.env['CREASEBOOK_SEED'] ?? Date.now() % 2 ** 31);
const absence = absenceOf({ strace: ['strace'] });

/** Ways into the kernel that change what is on the disk. */
const writing = ['pwrite64', 'rename', 'mkdir', 'unlink', 'rmdir', 'ftruncate', 'fsync'];

function workerWords(job: string): string[] {
  return [join(job, 'program/dist/node/work.js'), job, '--shard', '1', '--threads', '1'];
}

describe('workers at one shard', () => {
  const places: { remove(): void }[] = [];
  afterAll(() => places.forEach(({ remove }) => remove()));

  async function job(sweep: string): Promise<{ folder: string; notebook: string }> {
    const place = temporaryLab(sweep);
    places.push(place);
    const words = ['--on', 'script:pbs', '--shards', '1', '--threads', '1', '--notebook', place.notebook];
    const { folder } = await labJson<{ folder: string }>('submit', place.sweep, ...words);
    return { folder, notebook: place.notebook };
  }

  it(
    `fault: two workers at one shard, always, killed ${kills} times at random: every cell once, links equal`,
    { timeout: 3_600_000 },
    async () => {
      console.log(`seed ${seed} (CREASEBOOK_SEED=${seed} repeats it)`);
      const next = numbersFrom(seed);
      const sweep = walkedSweep(4, Math.max(600, Math.min(12_000, 60 * kills)));
      const links = uninterrupted(sweep);
      let [killed, attempts, jobs] = [0, 0, 0];
      const worker = async (folder: string): Promise<void> => {
        for (let code: number | null = null; code !== 0;) {
          const child = spawn(process.execPath, workerWords(folder), { stdio: ['ignore', 'pipe', 'ignore'] });
          const end = new Promise<number | null>((resolve) => child.on('close', resolve));
          const begun = new Promise((resolve) => child.stdout.once('data', resolve));
          child.stdout.resume();
          if (killed < kills) {
            // Most are killed at their work, some while they start.
            if (next() % 8 > 0) await Promise.race([begun, end]);
            await Promise.race([sleep(next() % 2500), end]);
            if (child.exitCode === null && child.kill('SIGKILL')) killed++;
          }
          code = await end;
          expect([0, null]).toContain(code);
        }
      };
      for (; killed < kills; jobs++) {
        const { folder, notebook } = await job(sweep);
        await Promise.all([worker(folder), worker(folder)]);
        attempts += readdirSync(join(folder, 'shards/1')).length - 1;
        await expectCollected(notebook, 4, links);
        silence(folder);
        // Two at once: one takes the lock, the other is told so, or comes when nothing is left to take.
        const again = await Promise.all([0, 1].map(() => lab('collect', 'walk', '--notebook', notebook)));
        for (const { stdout, stderr } of again)
          expect(`${stdout}${stderr}`).toMatch(/^0 cells taken|is writing/);
      }
      console.log(`${killed} kills, ${attempts} attempts at ${jobs} jobs of 4 cells`);
      expect(attempts).toBeGreaterThan(kills / 2);
    },
  );

  it.skipIf(absence !== null)(
    `fault: a worker killed at system calls that write: the next one ends the shard${absence === null ? '' : `: left out, ${absence}`}`,
    async () => {
      const next = numbersFrom(seed);
      const sweep = walkedSweep(2, 200);
      const links = uninterrupted(sweep);
      const { folder, notebook } = await job(sweep);
      const shard = join(folder, 'shards/1');
      const fresh = readFileSync(join(shard, 'cells.json'));
      const trace = (...inject: string[]) => {
        const words = ['-f', '-qq', '-o', join(folder, 'trace'), '-e', `trace=${writing.join(',')}`];
        // One thread makes all calls: strace counts them by thread.
        const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
        return spawnSync('strace', [...words, ...inject, process.execPath, ...workerWords(folder)], { env });
      };
      const cleared = (): void => {
        for (const name of readdirSync(shard)) rmSync(join(shard, name), { recursive: true });
        writeFileSync(join(shard, 'cells.json'), fresh);
      };
      expect(trace().status).toBe(0);
      const calls = mostByThread(readFileSync(join(folder, 'trace'), 'utf8'));
      let killed = 0;
      for (const [call, count] of calls) {
        const all = Array.from({ length: count }, (_, at) => at + 1);
        for (const when of kills >= 200 ? all : [1 + (next() % count)]) {
          cleared();
          if (trace('-e', `inject=${call}:signal=KILL:when=${when}`).status !== 0) killed++;
          const after = spawnSync(process.execPath, workerWords(folder), { encoding: 'utf8' });
          expect(after.status, `${call} ${when}: ${after.stdout}${after.stderr}`).toBe(0);
        }
      }
      expect(killed).toBeGreaterThan(4);
      console.log(`${killed} kills at system calls`);
      await expectCollected(notebook, 2, links);
    },
  );
});

/** How often the thread that makes most of them makes each call of a trace. */
function mostByThread(trace: string): [string, number][] {
  const counts = new Map<string, Map<string, number>>();
  for (const [, thread, call] of trace.matchAll(/^(\d+) +(\w+)\(/gm)) {
    const threads = counts.get(call!) ?? new Map<string, number>();
    counts.set(call!, threads.set(thread!, (threads.get(thread!) ?? 0) + 1));
  }
  return [...counts].map(([call, threads]) => [call, Math.max(...threads.values())]);
}
