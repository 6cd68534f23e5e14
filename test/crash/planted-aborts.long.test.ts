/** A crash inside of the native kernels ends the whole process: nothing recorded is lost, and the run goes on. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digests, lab, temporaryLab } from '../electron/cli/lab-process.ts';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { compiledKernels, compilerAbsence } from '../experiments/engines/compiled-kernels.ts';

const sweep = `name: aborted
target: ring
epochs: 40
snapshots: { every: 5, key_frame_every: 2, preview: 16, truth_stride: 32 }
parameters:
  shape: { values: ["[40]*3"] }
  points: { values: [900, 300] }
training: { batch_size: 256 }
`;

/** A copy of the program whose native kernels abort where CREASEBOOK_ABORT_AT says. */
async function abortingProgram(): Promise<string> {
  const root = scratchFolder();
  for (const name of ['package.json', 'dist/node', 'dist/kernels', 'experiments/presets'])
    cpSync(name, join(root, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const native = join(root, 'dist', 'native');
  mkdirSync(native);
  const addon = resolve('test/experiments/engines/aborting-addon.cpp');
  const module = await compiledKernels(native, ['-O1'], { addon });
  const digest = createHash('sha256').update(readFileSync(module)).digest('hex');
  writeFileSync(join(native, 'stamp.json'), JSON.stringify({ digest }));
  return join(root, 'dist', 'node', 'cli.js');
}

describe.skipIf(compilerAbsence !== null)(
  `a native crash${compilerAbsence === null ? '' : `: left out, ${compilerAbsence}`}`,
  () => {
    const whole = temporaryLab(sweep);
    let program: string;
    let expected: string;

    beforeAll(async () => {
      program = await abortingProgram();
      expect((await lab('run', whole.sweep, '--notebook', whole.notebook)).code).toBe(0);
      expected = await digests(whole.notebook, 'aborted');
    }, 1_200_000);
    afterAll(() => whole.remove());

    /** Runs the sweep with kernels that abort in their call of this number; 0 for never. */
    function run(place: ReturnType<typeof temporaryLab>, at: number) {
      const words = [program, 'run', place.sweep, '--notebook', place.notebook, '--threads', '2'];
      const env = { ...process.env, CREASEBOOK_ABORT_AT: String(at) };
      const child = spawn(process.execPath, words, { cwd: place.folder, stdio: 'ignore', env });
      return new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) =>
        child.on('close', (code, signal) => done({ code, signal })),
      );
    }

    // The first calls of a process open networks; a run of this sweep has some thousands.
    it.each([1, 40, 200, 500, 900])('in call %i of the kernels loses nothing', async (at) => {
      const place = temporaryLab(sweep);
      let aborts = 0;
      for (; aborts < 3; aborts++) {
        const { code, signal } = await run(place, at);
        if (signal === null && code === 0) break;
        expect(signal).toBe('SIGABRT');
        if (existsSync(place.notebook)) {
          const listed = await lab('ls', '--json', '--notebook', place.notebook);
          expect(listed.code, listed.stderr).toBe(0);
          const entries = JSON.parse(listed.stdout) as { problem: unknown }[];
          expect(entries.map(({ problem }) => problem)).toEqual(entries.map(() => null));
        }
      }
      expect(aborts).toBeGreaterThan(0);
      expect(await run(place, 0)).toEqual({ code: 0, signal: null });
      expect(await digests(place.notebook, 'aborted')).toBe(expected);
      expect((await lab('verify', 'aborted', '--notebook', place.notebook)).code).toBe(0);
      place.remove();
    });
  },
);
