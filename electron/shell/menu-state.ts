/** The application's menu follows the screen of the window in front: what a screen has no use for is grey. */
import type { Menu, WebContents } from 'electron';
import type { ElectronParts } from './electron-parts.ts';
import type { AppWindows } from './app-windows.ts';

/** Whether an address of the app shows an entry or one of its cells, which can be exported. */
export function showsEntry(address: string): boolean {
  return /#\/entry\/[0-9a-f]{8}(?:\/|$)/.test(address);
}

/** Greys items of the menu by the screen of the window in front, whenever either changes. */
export function followScreens(app: Pick<ElectronParts['app'], 'on'>, menu: Menu, windows: AppWindows): void {
  const look = (): void => {
    const exporting = menu.getMenuItemById('export');
    const front = windows.inFront();
    if (exporting !== null) exporting.enabled = front !== null && showsEntry(front.webContents.getURL());
  };
  const watch = (contents: WebContents): void => {
    contents.on('did-navigate-in-page', look);
    contents.on('did-navigate', look);
  };
  app.on('web-contents-created', (_event, contents) => watch(contents));
  app.on('browser-window-focus', look);
  app.on('window-all-closed', look);
  for (const window of windows.all()) watch(window.webContents);
  look();
}
