import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportFromError, UserError } from '../../../electron/commands/user-error.ts';
import { ContractError } from '../../../electron/contract/contract.ts';
import { knownErrors } from '../../../electron/contract/known-errors.ts';
import { contractErrorFrom } from '../../../electron/lab/calls/contract-errors.ts';
import { LabError } from '../../../electron/lab/disk/lab-error.ts';
import { FigureError } from '../../../experiments/figures/figure-error.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { errorFromWorker, workerError } from '../../../experiments/tasks/task-protocol.ts';

const root = join(import.meta.dirname, '../../..');

/** The names of the classes of errors in a folder of the house. */
function errorClassesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs|svelte)$/.test(name))
    .flatMap((name) => [...readFileSync(join(root, folder, name), 'utf8').matchAll(errorClass)])
    .map(([, name = '']) => name);
}
const errorClass = /\bclass\s+(\w+)(?:<[^>]*>)?\s+extends\s+(?:\w*Error|DOMException)\b/g;

it('names every error of the house, and nothing else', () => {
  const classes = ['experiments', 'electron', 'renderer'].flatMap(errorClassesIn);
  expect([...knownErrors.keys()].sort()).toEqual(classes.sort());
});

it.each([
  ['a figure', new FigureError('too large'), 'refused'],
  ['a sweep file', new SweepError('no such target'), 'refused'],
  ['a full disk', new LabError('disk-full', 'The disk is full.'), 'disk'],
  ['a conflict', new ContractError('conflict', 'It changed.'), 'conflict'],
  ['a call that was given up', new DOMException('It was given up.', 'AbortError'), 'cancelled'],
  ['anything else', new TypeError('no function'), 'internal'],
])('tells callers of %s by code', (_, error, code) => {
  expect(contractErrorFrom(error)).toMatchObject({ code, message: error.message });
});

it('knows errors that crossed a thread by name', () => {
  const crossed = errorFromWorker(structuredClone(workerError(new FigureError('too large'))));
  expect(crossed).not.toBeInstanceOf(FigureError);
  expect(contractErrorFrom(crossed)).toMatchObject({ code: 'refused', message: 'too large' });
  expect(reportFromError(crossed)).toEqual({ exitCode: 2, line: 'too large' });
});

it.each([
  [new UserError('no such entry', 1), { exitCode: 1, line: 'no such entry' }],
  [new SweepError('no such target', 3), { exitCode: 2, line: 'line 3: no such target' }],
  [new LabError('io', 'The disk failed.'), { exitCode: 1, line: 'The disk failed.' }],
  [new TypeError('no\n function'), { exitCode: 1, line: 'unexpected error: no function' }],
  ['nothing', { exitCode: 1, line: 'failed: nothing' }],
])('ends commands by the kind of %s', (error, report) => {
  expect(reportFromError(error)).toEqual(report);
});
