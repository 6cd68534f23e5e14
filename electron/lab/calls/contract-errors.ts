/** From errors of the layers below to the typed errors that callers see. */
import { ContractError, type ContractErrorCode } from '../../contract/contract.ts';
import { LabError, type LabErrorCode } from '../disk/lab-error.ts';
import { withoutPaths } from '../disk/without-paths.ts';

const codeOfLabError: Readonly<Record<LabErrorCode, ContractErrorCode>> = {
  'disk-full': 'disk',
  'read-only': 'read-only',
  'no-permission': 'disk',
  'not-found': 'not-found',
  io: 'disk',
  locked: 'read-only',
  ambiguous: 'not-found',
  damaged: 'damaged',
  'newer-version': 'newer-version',
  'not-reproducible': 'not-reproducible',
  refused: 'refused',
};

/** Errors of the pure libraries that are about what was given to them, by name. */
const codeOfName = new Map<string, ContractErrorCode>([
  ['SweepError', 'refused'],
  ['ShapeError', 'refused'],
  ['TargetError', 'refused'],
  ['ImportError', 'refused'],
  ['GridError', 'refused'],
  ['EntryError', 'damaged'],
  ['AbortError', 'cancelled'],
]);

/** The ContractError for anything that was thrown. Unknown errors are 'internal', their message without paths. */
export function contractErrorFrom(error: unknown): ContractError {
  if (error instanceof ContractError) return error;
  if (error instanceof LabError) return new ContractError(codeOfLabError[error.code], error.message);
  if (!(error instanceof Error)) return new ContractError('internal', 'Something failed without a reason.');
  const code = codeOfName.get(error.name) ?? 'internal';
  return new ContractError(code, withoutPaths(error.message));
}
