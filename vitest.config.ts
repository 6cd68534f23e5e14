import { defineConfig } from 'vitest/config';
import { runes } from './test/renderer/runes.ts';

export default defineConfig({
  plugins: [runes],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts', 'node_modules/**'],
    globalSetup: ['test/build.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    pool: 'threads',
    // Its CommonJS form hides its names from Node's import.
    server: { deps: { inline: ['gifenc'] } },
  },
});
