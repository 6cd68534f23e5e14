/** What goes wrong in an engine: the kind of it is a field of the error, which crosses threads and processes as such. */

const engineFailures = ['device lost', 'out of memory', 'invalid', 'error'] as const;

/**
 * Kinds of failure. 'device lost': the device is gone, or there is none; 'out of memory': there is no room for the work;
 * 'invalid': the device refused a call; 'error': anything else.
 */
export type EngineFailure = (typeof engineFailures)[number];

/** An error of an engine, or of what runs engines. */
export class EngineError extends Error {
  readonly failure: EngineFailure;

  constructor(failure: EngineFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.failure = failure;
  }
}

/** The error where no GPU can be used; for what it was to train, its device is lost. */
export class NoGpuError extends EngineError {
  constructor(message: string) {
    super('device lost', message);
    this.name = 'NoGpuError';
  }
}

/** The kind of failure of anything that was thrown: as its field says, whatever its class and words. */
export function failureOf(error: unknown): EngineFailure {
  if (!(error instanceof Error)) return 'error';
  const told: unknown = 'failure' in error ? error.failure : undefined;
  return (
    engineFailures.find((failure) => failure === told) ??
    (isRefusedAllocation(error) ? 'out of memory' : 'error')
  );
}

/**
 * Whether the platform had no memory for an array or a WebAssembly memory. It throws a RangeError then, as for lengths that
 * make no sense; its words alone tell the two apart.
 */
function isRefusedAllocation(error: Error): boolean {
  return (
    error instanceof RangeError && /allocation failed|could not allocate|out of memory/i.test(error.message)
  );
}
