/** Cuts work into dispatches by measured time, so that no driver's watchdog fires and a stop is heard of soon. */

/** A dispatch takes about this long. */
export const dispatchMs = 40;
const growth = 4;

/** How much work to put into the next dispatch. Results never depend on it. */
export interface Pacer {
  /** Units for the next dispatch, at least 1. */
  units(): number;
  /** Tells how long a dispatch of so many units took, in milliseconds. */
  record(units: number, elapsedMs: number): void;
}

/** A pacer that begins with `firstUnits` and aims at `targetMs` a dispatch. */
export function createPacer(firstUnits: number, targetMs = dispatchMs): Pacer {
  let units = Math.max(1, Math.floor(firstUnits));
  return {
    units: () => units,
    record(done, elapsedMs) {
      // Part of the time is the way to the device and back: growth is bounded, shrinking is not.
      const factor = Math.min(growth, targetMs / Math.max(elapsedMs, targetMs / 1000));
      const next = Math.max(1, Math.floor(done * factor));
      // A dispatch that was small because little was left says nothing against larger ones.
      units = elapsedMs <= targetMs ? Math.max(units, next) : next;
    },
  };
}
