import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    globalSetup: ['test/build.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 300_000,
    pool: 'threads',
    fileParallelism: false,
  },
});
