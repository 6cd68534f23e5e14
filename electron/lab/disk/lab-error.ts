/** Errors that people see: what happened, what was kept, what to do. */

/** What kind of trouble it is. */
export type LabErrorCode =
  | 'disk-full'
  | 'read-only'
  | 'no-permission'
  | 'not-found'
  | 'io'
  /** Another living process writes to the notebook. */
  | 'locked'
  /** A name that several entries or cells begin with. */
  | 'ambiguous'
  /** Stored data that cannot be used as it is. */
  | 'damaged'
  /** Written by a newer Creasebook. */
  | 'newer-version'
  /** Training again did not arrive at the recorded digests. */
  | 'not-reproducible'
  /** Asked for something that must not be done, such as writing to a notebook opened for reading. */
  | 'refused';

/** An error whose message is one line for a person. */
export class LabError extends Error {
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LabError';
    this.code = code;
  }
}

interface Cause {
  readonly code: LabErrorCode;
  readonly what: string;
  readonly advice: string;
}

const causes: Readonly<Record<string, Cause>> = {
  ENOSPC: { code: 'disk-full', what: 'the disk is full', advice: 'Make room and try again' },
  EDQUOT: { code: 'disk-full', what: 'the disk quota is used up', advice: 'Make room and try again' },
  EFBIG: {
    code: 'disk-full',
    what: 'the file may not grow further',
    advice: 'Raise the limit on file sizes and try again',
  },
  EROFS: {
    code: 'read-only',
    what: 'the file system is read-only',
    advice: 'Choose another folder with --notebook',
  },
  EACCES: { code: 'no-permission', what: 'permission was denied', advice: 'Check the rights of the folder' },
  EPERM: {
    code: 'no-permission',
    what: 'the system does not permit it',
    advice: 'Check the rights of the folder',
  },
  ENOENT: { code: 'not-found', what: 'it does not exist', advice: 'Check the path' },
  ENOTDIR: { code: 'not-found', what: 'it is not a folder', advice: 'Check the path' },
  EEXIST: { code: 'not-found', what: 'a file is in its place', advice: 'Choose another folder' },
  EISDIR: { code: 'not-found', what: 'it is a folder', advice: 'Check the path' },
  EFTYPE: { code: 'damaged', what: 'it is no plain file', advice: 'It was left as it is; remove it' },
  EIO: { code: 'io', what: 'the disk reported an error', advice: 'Check the disk and try again' },
  EMFILE: { code: 'io', what: 'too many files are open', advice: 'Close some entries and try again' },
};

/** Errno name of a system error, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * A LabError about a failed file operation. `task` completes "Could not ...", `kept` says what is still there. Errors
 * that do not come from the system (a LabError already, or a mistake of ours) come back as they are.
 */
export function fileError(error: unknown, task: string, kept?: string): unknown {
  const errno = error instanceof LabError ? undefined : errnoOf(error);
  if (errno === undefined) return error;
  const { code, what, advice } = causes[errno] ?? {
    code: 'io',
    what: `the system reported ${errno}`,
    advice: 'Check the disk and try again',
  };
  const keeping = kept === undefined ? '' : ` ${kept}.`;
  return new LabError(code, `Could not ${task}: ${what}.${keeping} ${advice}.`, { cause: error });
}

/** The error of every attempt to write through something opened for reading. */
export function readingOnly(): LabError {
  return new LabError('refused', 'The notebook is open for reading only; nothing was written.');
}

/** The error of writing to an entry that a newer program made. */
export function newerEntry(id: string): LabError {
  return new LabError('newer-version', `A newer Creasebook made entry ${id}; it was left as it is.`);
}
