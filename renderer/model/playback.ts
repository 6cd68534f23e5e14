/** Playing: speeds, directions, and how many frames are due. */

/** Frames a second at speed 1. */
const baseRate = 10;
const ladder = [0.25, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16] as const;

/** A speed as a multiple of ten frames a second; negative is backwards. */
export type Speed = number;

/** The next faster speed in the direction of time: a backwards one gets slower, then turns around. */
export function faster(speed: Speed): Speed {
  if (speed < 0) return speed === -ladder[0] ? ladder[0] : -slowerOf(-speed);
  return ladder.find((step) => step > speed) ?? speed;
}

/** The next slower speed: below the slowest it turns around and runs backwards. */
export function slower(speed: Speed): Speed {
  if (speed < 0) return -(ladder.find((step) => step > -speed) ?? -speed);
  return speed === ladder[0] ? -ladder[0] : slowerOf(speed);
}

function slowerOf(speed: number): number {
  return ladder.filter((step) => step < speed).at(-1) ?? speed;
}

/** "3×", "−½×". */
export function speedText(speed: Speed): string {
  const size = Math.abs(speed);
  const number = size === 0.25 ? '¼' : size === 0.5 ? '½' : String(size);
  return `${speed < 0 ? '−' : ''}${number}×`;
}

/**
 * Counts due frames from the time that passes: none is dropped, and after a stall (frames still loading, a hidden
 * window) it goes on at its speed instead of catching up.
 */
export class FrameClock {
  #owed = 0;
  #last: number | null = null;

  /** Frames due at `nowMs`: 0, or 1 in the direction of `speed`. */
  due(nowMs: number, speed: Speed): number {
    if (this.#last !== null) this.#owed += ((nowMs - this.#last) / 1000) * baseRate * Math.abs(speed);
    this.#last = nowMs;
    if (this.#owed < 1) return 0;
    this.#owed = Math.min(this.#owed - 1, 1);
    return Math.sign(speed);
  }

  reset(): void {
    this.#owed = 0;
    this.#last = null;
  }
}
