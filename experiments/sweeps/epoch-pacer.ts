/** How many epochs to train at a time, so that progress shows and aborts are heard about twice a second. */

const secondsPerChunk = 0.5;
/** A chunk grows by at most this factor, since the first epochs of a run are not typical. */
const growth = 4;

/** Learns from what passed how long epochs take. For display only: results do not depend on it. */
export interface Pace {
  /** Epochs to train next, at least 1. */
  epochs(): number;
  /** Notes that so many epochs took so many seconds. */
  record(epochs: number, seconds: number): void;
  /** Whether half a second has passed since this last said yes. */
  isProgressDue(): boolean;
}

/** A pace that starts with single epochs. `clock` gives seconds. */
export function createPace(clock: () => number): Pace {
  let chunk = 1;
  let lastProgress = -Infinity;
  return {
    epochs: () => chunk,
    record(epochs, seconds) {
      const fitting = seconds > 0 ? Math.floor((epochs * secondsPerChunk) / seconds) : Infinity;
      chunk = Math.max(1, Math.min(fitting, chunk * growth, Number.MAX_SAFE_INTEGER));
    },
    isProgressDue() {
      const now = clock();
      if (now - lastProgress < secondsPerChunk) return false;
      lastProgress = now;
      return true;
    },
  };
}
