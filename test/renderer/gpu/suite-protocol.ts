/** Messages between a test in Node and the worker in a page that runs the kernels' tests. */

/** Which files of test/experiments/engines/webgpu are to run, by name. */
export type ToSuite =
  { readonly kind: 'collect'; readonly files: readonly string[] } | { readonly kind: 'run' };

export type FromSuite =
  /** Full names of all tests, in order. */
  | { readonly kind: 'collected'; readonly names: readonly string[] }
  | { readonly kind: 'passed'; readonly name: string }
  /** Also where a test was skipped, or its file could not be loaded. */
  | { readonly kind: 'failed'; readonly name: string; readonly errors: readonly string[] }
  /** Nothing further will come; why, where it was not to be expected. */
  | { readonly kind: 'over'; readonly error: string | null };
