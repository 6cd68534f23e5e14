/** How the app ends: when its last window is closed, and never before cells have stopped and the notebook is back. */
import type { Lab } from '../lab/lab.ts';
import type { ElectronParts } from './electron-parts.ts';

/** How long cells may take to stop when the app is quit; what they did since the last snapshot is trained again. */
const patienceMs = 4500;

/**
 * Guards both ways out of the app. Call before any window exists: without a listener of the app's own, Electron quits as
 * soon as no window is left, and the hidden one that computes may be the only one for a while.
 */
export function endInGoodOrder(
  app: Pick<ElectronParts['app'], 'exit' | 'on'>,
  { lab, lastWindowClosed }: { readonly lab: () => Promise<Lab> | null; lastWindowClosed(): void },
): void {
  let isClosing = false;
  app.on('window-all-closed', lastWindowClosed);
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    const impatient = setTimeout(() => app.exit(0), patienceMs);
    // A lab that could not be opened has told so already.
    void Promise.resolve(lab())
      .then((opened) => opened?.close())
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(impatient);
        app.exit(0);
      });
  });
}
