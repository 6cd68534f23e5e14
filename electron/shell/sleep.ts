/** The machine's sleep: kept off while cells train; where it comes all the same, the lab is told. */
import type { PowerMonitor, PowerSaveBlocker } from 'electron';
import type { Lab } from '../lab/lab.ts';

/** To be told whether anything runs: blocks sleep while it does, the screen may go dark. */
export function sleepGuard(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>): (busy: boolean) => void {
  let id: number | null = null;
  return (busy) => {
    if (busy && id === null) id = blocker.start('prevent-app-suspension');
    if (busy || id === null) return;
    blocker.stop(id);
    id = null;
  };
}

/** Tells the lab, and `note` in words, that the machine falls asleep and that it is awake again. */
export function followSleep(
  monitor: Pick<PowerMonitor, 'on'>,
  { rest }: Pick<Lab, 'rest'>,
  note: (line: string) => void,
): void {
  const tell = (isAsleep: boolean): void => {
    note(isAsleep ? 'the computer falls asleep' : 'the computer is awake again');
    rest(isAsleep).catch((error: unknown) => note(`the queue could not be told: ${String(error)}`));
  };
  monitor.on('suspend', () => tell(true));
  monitor.on('resume', () => tell(false));
}
