import { expect, it } from 'vitest';
import { LabError } from '../../../electron/lab/disk/lab-error.ts';
import { reportFromError } from '../../../electron/commands/user-error.ts';

it.each([
  ['not-found', 2],
  ['ambiguous', 2],
  ['refused', 2],
  ['newer-version', 2],
  ['disk-full', 1],
  ['read-only', 1],
  ['no-permission', 1],
  ['io', 1],
  ['locked', 1],
  ['damaged', 1],
  ['not-reproducible', 1],
] as const)('%s is exit code %i: 2 for what was asked for, 1 for the machine', (code, exitCode) => {
  expect(reportFromError(new LabError(code, 'words'))).toEqual({ exitCode, line: 'words' });
});
