/** A queue that rests while the machine sleeps. */
import type { Queue } from './queue.ts';

/** Why a queue rests, as its list says it. */
export const asleepBecause = 'The computer fell asleep; resume to go on.';

/**
 * Told that the machine falls asleep and that it is awake again. Cells that train pause at the end of an epoch and go on
 * afterwards: their records then have a pause and a start at these times, and no seconds in which nobody trained.
 */
export function resting(
  queue: Pick<Queue, 'pause' | 'read' | 'resume'>,
): (isAsleep: boolean) => Promise<void> {
  let before: Promise<void> = Promise.resolve();
  const follow = async (isAsleep: boolean): Promise<void> => {
    const { state, pausedBecause, items } = queue.read();
    const isTraining = items.some((item) => item.state === 'running' && !item.stopping);
    if (isAsleep && state === 'running' && isTraining) await queue.pause(undefined, asleepBecause);
    // What a person has paused since stays so.
    if (!isAsleep && pausedBecause === asleepBecause) await queue.resume();
  };
  return (isAsleep) => (before = before.catch(() => undefined).then(() => follow(isAsleep)));
}
