/** Why an extraction ended without a complex. */

/** Why an extraction ended without a complex. */
export type ExtractionErrorCode = 'regions budget' | 'memory budget' | 'aborted' | 'invalid input';

/** Thrown by every extraction that cannot be finished; nothing is kept. */
export class ExtractionError extends Error {
  readonly code: ExtractionErrorCode;

  constructor(code: ExtractionErrorCode, message: string) {
    super(message);
    this.name = 'ExtractionError';
    this.code = code;
  }
}

/** The error of an extraction that met its budget of regions. */
export function regionsBudgetError(limit: number, done: number): ExtractionError {
  return new ExtractionError(
    'regions budget',
    `More than ${limit.toLocaleString('en')} regions after ${Math.floor(100 * done)} % of the work: choose a smaller view or a larger budget of regions.`,
  );
}

/** The error of an extraction that met its budget of memory. */
export function memoryBudgetError(limitBytes: number, done: number): ExtractionError {
  return new ExtractionError(
    'memory budget',
    `More than ${Math.round(limitBytes / 1e6).toLocaleString('en')} MB of memory after ${Math.floor(100 * done)} % of the work: choose a smaller view or a larger budget of memory.`,
  );
}

/** The error of an extraction whose signal was aborted. */
export function abortedError(): ExtractionError {
  return new ExtractionError('aborted', 'The extraction was stopped.');
}
