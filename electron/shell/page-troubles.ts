/** A page that crashes or hangs: loaded again by itself at first, then with a word to the person. */
import type { BrowserWindow, Dialog } from 'electron';
import { appPage } from '../policy/origins.ts';

/** A page that crashes more often than this within the time below is loaded again only when the person says so. */
const mostReloads = 3;
const reloadWindowMs = 60_000;

const reasonTexts: Readonly<Record<string, string>> = {
  crashed: 'it crashed',
  oom: 'it ran out of memory',
  killed: 'another program ended it',
  'abnormal-exit': 'it ended with an error',
  'launch-failed': 'it could not be started',
  'integrity-failure': 'the system did not trust its code',
  'memory-eviction': 'the system needed its memory',
};

/** Why a process ended, in words; for what Electron calls otherwise, its own word. */
export function reasonText(reason: string): string {
  return reasonTexts[reason] ?? reason;
}

/** Loads the window's page again after a crash; asks where it crashes again and again, and where it does not answer. */
export function watchPage(
  window: BrowserWindow,
  dialog: Pick<Dialog, 'showMessageBox'>,
  now: () => number,
): void {
  let crashes: number[] = [];
  let isAsking = false;

  /** Has the person choose between two words; true for the first. */
  async function ask(message: string, detail: string, buttons: [string, string]): Promise<boolean> {
    isAsking = true;
    try {
      const options = { type: 'warning' as const, message, detail, buttons, defaultId: 0, cancelId: 1 };
      return (await dialog.showMessageBox(window, options)).response === 0;
    } finally {
      isAsking = false;
    }
  }

  async function askAfterCrash(reason: string): Promise<void> {
    const detail = 'What trains goes on, and everything recorded is kept.';
    const again = await ask(`The page stopped again and again: ${reasonText(reason)}.`, detail, [
      'Try Again',
      'Close',
    ]);
    if (window.isDestroyed()) return;
    crashes = [];
    if (again) void window.loadURL(appPage);
    else window.close();
  }

  async function askWhileHanging(): Promise<void> {
    const detail = 'Loading it again keeps everything that is recorded, and what trains goes on.';
    const again = await ask('The page does not answer.', detail, ['Load Again', 'Wait']);
    if (again && !window.isDestroyed()) window.webContents.reload();
  }

  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    crashes = [...crashes.filter((time) => now() - time < reloadWindowMs), now()];
    if (crashes.length <= mostReloads) void window.loadURL(appPage);
    else if (!isAsking) void askAfterCrash(reason);
  });
  window.on('unresponsive', () => {
    if (!isAsking) void askWhileHanging();
  });
}
