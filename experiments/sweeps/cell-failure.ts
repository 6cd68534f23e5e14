/** How records name what made a cell fail. */
import { failureOf } from '../engines/engine-error.ts';
import type { CellFailure } from '../records/snapshot.ts';

/** The kind of failure that is recorded for an error: what an engine refused is an error like any other. */
export function cellFailureOf(error: unknown): CellFailure {
  const failure = failureOf(error);
  return failure === 'invalid' ? 'error' : failure;
}
