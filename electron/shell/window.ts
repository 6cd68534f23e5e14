/** Windows of the app. */
import type { BrowserWindow, BrowserWindowConstructorOptions, Dialog, WebPreferences } from 'electron';
import { appPage } from '../policy/origins.ts';
import { watchPage } from './page-troubles.ts';

/** What making a window needs. */
export interface WindowParts {
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  /** Path of the built preload script. */
  readonly preload: string;
  readonly isDark: boolean;
  /** Path of the picture that windows show on Linux; other systems take the program's own. */
  readonly icon?: string;
  /** Windows that are open already: the first one comes back where it was, further ones do not cover it. */
  readonly others: number;
}

/** How far a further window lies from the one before it. */
const cascadePixels = 32;

/** A window is shown after so long at the latest: its background is that of the page. */
const showMs = 2000;

/** Options of every window that shows the app. */
export function windowOptions({
  preload,
  isDark,
  icon,
  others,
}: Omit<WindowParts, 'BrowserWindow' | 'dialog'>): BrowserWindowConstructorOptions {
  const place = (others % 8) * cascadePixels;
  return {
    // Electron keeps size, place and state of the one window of this name.
    ...(others === 0 ? { name: 'notebook', windowStatePersistence: true } : { x: place, y: place }),
    ...(icon === undefined ? {} : { icon }),
    width: 1280,
    height: 800,
    minWidth: 640,
    minHeight: 480,
    title: 'Creasebook',
    show: false,
    backgroundColor: isDark ? '#16181b' : '#ffffff',
    webPreferences: pagePreferences(preload),
  };
}

/** What every page may do: sandboxed, isolated, without Node. */
export function pagePreferences(preload: string): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
  };
}

/** A window that shows the app as soon as there is something to see. */
export function openWindow(parts: WindowParts, now: () => number): BrowserWindow {
  const window = new parts.BrowserWindow(windowOptions(parts));
  showOnce(window);
  watchPage(window, parts.dialog, now);
  void window.loadURL(appPage);
  return window;
}

/**
 * Shows a window once, when its page is there. Under Wayland a window without a frame is never painted, so that
 * `ready-to-show` may not come (electron/electron issue 48859): a page that has loaded, or a while, will do.
 */
function showOnce(window: BrowserWindow): void {
  let isShown = false;
  const show = (): void => {
    if (isShown) return;
    isShown = true;
    clearTimeout(patience);
    if (!window.isDestroyed()) window.show();
  };
  const patience = setTimeout(show, showMs);
  window.once('ready-to-show', show);
  window.webContents.once('did-finish-load', show);
  window.once('closed', () => clearTimeout(patience));
}
