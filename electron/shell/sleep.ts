/** Keeping the machine awake while cells train. */
import type { PowerSaveBlocker } from 'electron';

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
