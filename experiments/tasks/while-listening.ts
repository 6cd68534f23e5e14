/** Work that hears of an abort while it is under way. */

/**
 * The outcome of `work`; `onAbort` is called where the signal is aborted before that - at once where it is already - and
 * not afterwards.
 */
export async function whileListening<Result>(
  signal: AbortSignal | undefined,
  onAbort: () => void,
  work: () => Promise<Result>,
): Promise<Result> {
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
