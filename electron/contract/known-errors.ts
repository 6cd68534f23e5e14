/** Every typed error of the house: what callers are told of it, and how a command ends that it ends. */
import type { ContractErrorCode } from './contract.ts';

/** What an error means to those who did not throw it. */
export interface KnownError {
  /** The code for callers of the lab, where the error does not bring one of its own. */
  readonly code: ContractErrorCode;
  /** The exit code of a command: 2 for what it was given, 1 for a failure with a known cause. */
  readonly exitCode: 1 | 2;
}

/** Typed errors by name: an error that crossed a thread has lost its class. */
export const knownErrors: ReadonlyMap<string, KnownError> = new Map<string, KnownError>([
  ['SweepError', { code: 'refused', exitCode: 2 }],
  ['ShapeError', { code: 'refused', exitCode: 2 }],
  ['TargetError', { code: 'refused', exitCode: 2 }],
  ['ImportError', { code: 'refused', exitCode: 2 }],
  ['SelectionError', { code: 'refused', exitCode: 2 }],
  ['FigureError', { code: 'refused', exitCode: 2 }],
  ['UserError', { code: 'refused', exitCode: 2 }],
  ['EntryError', { code: 'damaged', exitCode: 1 }],
  ['ExtractionError', { code: 'internal', exitCode: 1 }],
  ['EngineError', { code: 'internal', exitCode: 1 }],
  ['GpuError', { code: 'internal', exitCode: 1 }],
  ['NoGpuError', { code: 'internal', exitCode: 1 }],
  ['JobSystemError', { code: 'internal', exitCode: 1 }],
  ['SilentSystemError', { code: 'internal', exitCode: 1 }],
  ['LabError', { code: 'internal', exitCode: 1 }],
  ['ContractError', { code: 'internal', exitCode: 1 }],
]);

/** The code for callers that each code of a LabError becomes. */
export const codesOfLabErrors = {
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
} as const satisfies Readonly<Record<string, ContractErrorCode>>;
