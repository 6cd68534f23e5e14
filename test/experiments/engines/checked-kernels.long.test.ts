/** The native kernels under the compiler's sanitizers: no address out of bounds, nothing undefined, in any shape. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../../electron/scratch-folder.ts';
import { compiledKernels, compilerAbsence, compilerLibrary } from './compiled-kernels.ts';

const absence = process.platform === 'linux' ? compilerAbsence : 'this is no Linux';
const flags = [
  '-O1',
  '-g',
  '-fno-omit-frame-pointer',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
];

it.skipIf(absence !== null)(
  `kernels compiled with sanitizers pass their tests, and random shapes and strides${absence === null ? '' : `: left out, ${absence}`}`,
  async () => {
    const module = await compiledKernels(scratchFolder(), flags);
    const library = compilerLibrary('libasan.so');
    expect(library, "the compiler's library of the address sanitizer").not.toBeNull();
    const vitest = resolve('node_modules/vitest/vitest.mjs');
    const tests = ['native-kernels.test.ts', 'kernel-fuzz.test.ts', 'native-extraction.test.ts'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [vitest, 'run', '--testTimeout=1200000', ...tests],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          CREASEBOOK_CHECKED_KERNELS: module,
          CREASEBOOK_FUZZ: '1',
          LD_PRELOAD: library ?? '',
          // Node keeps what it has until its process ends.
          ASAN_OPTIONS: 'detect_leaks=0',
        },
      },
    );
    const said = stdout + stderr;
    expect(said, said).not.toMatch(/ERROR: AddressSanitizer|runtime error:/);
    expect(status, said).toBe(0);
    expect(said, said).toMatch(/Test Files.*[ m]3 passed/);
  },
);
