import { defineConfig } from 'vitest/config';

/** Tests that load a GPU driver get processes; see vitest.config.ts. */
const gpuTests = 'test/**/webgpu/**/*.long.test.ts';
const measuredTests = 'test/fuzz/importers.test.ts';
/** Tests with real engines for jobs: daemons, several nodes, faults by the second. */
const engineTests = 'test/cluster/*.long.test.ts';

export default defineConfig({
  test: {
    env: { CREASEBOOK_FUZZ: '20' },
    // Its CommonJS form hides its names from Node's import.
    server: { deps: { inline: ['gifenc'] } },
    globalSetup: ['test/build.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 300_000,
    // What a test polls for may take its time on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'house',
          // Parsers again, with twenty times the cases; failures print fast-check's seed.
          include: [
            'test/**/*.long.test.ts',
            'test/fuzz/*.test.ts',
            'test/experiments/{figures,films,formats,targets}/*.test.ts',
            'test/experiments/sweeps/{sweep,override}.test.ts',
            'test/experiments/records/{record-codec,byte-planes}.test.ts',
            'test/experiments/entries/entry-json.test.ts',
            'test/electron/contract/wire.test.ts',
            // A stop at every operation, not at each third.
            'test/crash/{stop-anywhere,packing,migration,collecting}.test.ts',
            'test/electron/lab/calls/router.test.ts',
          ],
          exclude: [gpuTests, measuredTests, engineTests, 'node_modules/**'],
          pool: 'threads',
          // Two at a time keep two cores busy; software adapters, pages and measurements have the machine to themselves.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'measured',
          include: [measuredTests],
          pool: 'forks',
          execArgv: ['--expose-gc'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The app as Electron would run it: main process, preload scripts and pages are the built ones.
        extends: true,
        test: {
          name: 'stand-in',
          include: ['test/e2e/{app,second-opinion}.test.ts'],
          pool: 'threads',
          env: { CREASEBOOK_E2E: 'stand-in' },
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // A fault that comes when the task has ended already proves nothing: it is brought about once more.
        extends: true,
        test: {
          name: 'engines',
          include: [engineTests],
          pool: 'threads',
          retry: 1,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: [gpuTests],
          pool: 'forks',
          maxWorkers: 1,
          sequence: { groupOrder: 0 },
        },
      },
    ],
  },
});
