import { defineConfig } from 'vitest/config';
import { runes } from './test/renderer/runes.ts';

/** Tests that load a GPU driver: ending a thread with GPU work under way ends its process, so they get processes. */
const gpuTests = 'test/**/webgpu/**/*.test.ts';
const longTests = 'test/**/*.long.test.ts';
/** Tests that measure the memory of their process have it to themselves. */
const measuredTests = 'test/fuzz/importers.test.ts';

export default defineConfig({
  plugins: [runes],
  test: {
    // Its CommonJS form hides its names from Node's import.
    server: { deps: { inline: ['gifenc'] } },
    globalSetup: ['test/build.ts'],
    // Much of a test is waiting for a browser or a process: two files at a time keep two cores busy.
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // What a test polls for may take its time on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'house',
          include: ['test/**/*.test.ts'],
          exclude: [gpuTests, longTests, measuredTests, 'node_modules/**'],
          pool: 'threads',
        },
      },
      {
        extends: true,
        test: { name: 'measured', include: [measuredTests], pool: 'forks', execArgv: ['--expose-gc'] },
      },
      {
        extends: true,
        test: { name: 'gpu', include: [gpuTests], exclude: [longTests, 'node_modules/**'], pool: 'forks' },
      },
    ],
  },
});
