/** Windows of the app. */
import type { BrowserWindow, BrowserWindowConstructorOptions, WebPreferences } from 'electron';
import { appPage } from '../policy/origins.ts';

/** What making a window needs. */
export interface WindowParts {
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => BrowserWindow;
  /** Path of the built preload script. */
  readonly preload: string;
  readonly isDark: boolean;
}

/** A renderer that crashes more often than this within the time below is left alone. */
const maxReloads = 3;
const reloadWindowMs = 60_000;

/** Options of every window that shows the app. */
export function windowOptions({
  preload,
  isDark,
}: Pick<WindowParts, 'preload' | 'isDark'>): BrowserWindowConstructorOptions {
  return {
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
  window.once('ready-to-show', () => window.show());
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    crashes = [...crashes.filter((time) => now() - time < reloadWindowMs), now()];
    if (crashes.length <= maxReloads) void window.loadURL(appPage);
  });
  void window.loadURL(appPage);
  return window;
}
