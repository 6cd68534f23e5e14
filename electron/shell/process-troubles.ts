/** Processes of Chromium's own that end: what the person is told, and what is written down. */
import type { Details } from 'electron';
import type { ElectronParts } from './electron-parts.ts';
import { reasonText } from './page-troubles.ts';

/** What hears of it. */
export interface TroubleParts {
  /** Tells the person in the window. */
  warn(message: string): void;
  /** Writes a line for whoever looks for the cause. */
  note(line: string): void;
}

/** Chromium starts its graphics process again by itself; one that ends so often in a minute is not worth another try. */
const mostEnds = 3;
const windowMs = 60_000;

/** Follows the ends of graphics and other processes; the one of a page has a word of its own. */
export function watchProcesses(
  { app, dialog }: Pick<ElectronParts, 'app' | 'dialog'>,
  { warn, note }: TroubleParts,
  now: () => number,
): void {
  let ends: number[] = [];
  let isAsking = false;

  async function ask(reason: string): Promise<void> {
    isAsking = true;
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      message: `The graphics process stopped again and again: ${reasonText(reason)}.`,
      detail:
        'Windows may stay blank until Creasebook is started again. Cells stop at the end of an epoch and go on from there.',
      buttons: ['Try Again', 'Go On'],
      defaultId: 0,
      cancelId: 1,
    });
    isAsking = false;
    ends = [];
    if (response !== 0) return;
    app.relaunch();
    app.quit();
  }

  app.on('render-process-gone', (_event, _contents, { reason, exitCode }) => {
    if (reason !== 'clean-exit') note(`the process of a page ended: ${reason}, code ${exitCode}`);
  });
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }: Details) => {
    if (reason === 'clean-exit') return;
    note(`the process ${[type, name].filter(Boolean).join(' ')} ended: ${reason}, code ${exitCode}`);
    if (type !== 'GPU') return;
    ends = [...ends.filter((time) => now() - time < windowMs), now()];
    if (ends.length < mostEnds)
      warn(`The graphics process stopped: ${reasonText(reason)}. It is started again; what trains goes on.`);
    else if (!isAsking) void ask(reason);
  });
}
