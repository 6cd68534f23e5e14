/** Work on charts one piece a task, so that keys and pictures come in between. */

const waiting = new Set<() => void>();
let isScheduled = false;

/** Does a piece of work when its turn has come, unless the returned function is called before. */
export function inTurn(work: () => void): () => void {
  waiting.add(work);
  schedule();
  return () => void waiting.delete(work);
}

function schedule(): void {
  if (isScheduled || waiting.size === 0) return;
  isScheduled = true;
  setTimeout(() => {
    isScheduled = false;
    const [next] = waiting;
    waiting.delete(next);
    schedule();
    // Last: what it throws must not hold up the others.
    next?.();
  });
}
