/** From errors of the layers below to the typed errors that callers see. */
import { ContractError, type ContractErrorCode } from '../../contract/contract.ts';
import { codesOfLabErrors, knownErrors } from '../../contract/known-errors.ts';
import { LabError, type LabErrorCode } from '../disk/lab-error.ts';
import { withoutPaths } from '../disk/without-paths.ts';

const codeOfLabError: Readonly<Record<LabErrorCode, ContractErrorCode>> = codesOfLabErrors;

/** The ContractError for anything that was thrown. Unknown errors are 'internal', their message without paths. */
export function contractErrorFrom(error: unknown): ContractError {
  if (error instanceof ContractError) return error;
  if (error instanceof LabError) return new ContractError(codeOfLabError[error.code], error.message);
  if (!(error instanceof Error)) return new ContractError('internal', 'Something failed without a reason.');
  return new ContractError(codeOfName(error.name), withoutPaths(error.message));
}

function codeOfName(name: string): ContractErrorCode {
  return name === 'AbortError' ? 'cancelled' : (knownErrors.get(name)?.code ?? 'internal');
}
