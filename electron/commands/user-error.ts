/** Errors that a person can do something about: one clear line, no stack. */
import { knownErrors } from '../contract/known-errors.ts';

/** Bad arguments or input (exit code 2) or a failure with a known cause (exit code 1). */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Codes of LabErrors that are about what a person asked for; all others are about the machine. */
const askedFor: readonly unknown[] = ['not-found', 'ambiguous', 'refused', 'newer-version'];

/** Exit code and the one line to print for any error. */
export function reportFromError(error: unknown): { exitCode: 1 | 2; line: string } {
  if (!(error instanceof Error)) return { exitCode: 1, line: `failed: ${String(error)}` };
  const line = error.message.replace(/\s*\n\s*/g, ' ');
  if (error instanceof UserError) return { exitCode: error.exitCode, line };
  if (error.name === 'LabError' && 'code' in error && askedFor.includes(error.code))
    return { exitCode: 2, line };
  const known = knownErrors.get(error.name);
  return known === undefined
    ? { exitCode: 1, line: `unexpected error: ${line}` }
    : { exitCode: known.exitCode, line };
}
