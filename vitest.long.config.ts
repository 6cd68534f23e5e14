import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Parsers again, with twenty times the cases; failures print fast-check's seed.
    include: [
      'test/**/*.long.test.ts',
      'test/fuzz/*.test.ts',
      'test/experiments/{exports,targets}/*.test.ts',
      'test/experiments/sweeps/{sweep,override}.test.ts',
      'test/experiments/entries/{record-codec,byte-planes}.test.ts',
      'test/electron/contract/wire.test.ts',
      'test/electron/lab/router.test.ts',
    ],
    env: { CREASEBOOK_FUZZ: '20' },
    globalSetup: ['test/build.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 300_000,
    pool: 'threads',
    // Its CommonJS form hides its names from Node's import.
    server: { deps: { inline: ['gifenc'] } },
    fileParallelism: false,
  },
});
