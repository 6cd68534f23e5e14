/** What the command line says of bad input. */
import { expect } from 'vitest';
import type { LabResult } from './lab-process.ts';

/** Expects this exit code and one clear line on stderr, nothing else. */
export function expectOneLine(result: LabResult, code: number, words: RegExp): void {
  expect(result.stderr).toMatch(words);
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
  expect(result.stderr).not.toMatch(/unexpected error|\bat .*:\d+:\d+/);
  expect(result.code).toBe(code);
  expect(result.stdout).toBe('');
}
