/** The app's windows: opened, brought to the front, and counted without the hidden one that computes. */
import type { BrowserWindow, WebContents } from 'electron';
import type { ElectronParts } from './electron-parts.ts';
import { openWindow } from './window.ts';

/** The windows that people see. */
export interface AppWindows {
  /** Opens one more window. */
  open(): void;
  /** Brings a window to the front; opens one where there is none. */
  toFront(): void;
  /** The windows, the newest last. */
  all(): readonly BrowserWindow[];
  /** The focused window, else the newest; null where there is none. */
  inFront(): BrowserWindow | null;
  /** The window that a command of the menu is for: the focused one, else the newest; opened where there is none. */
  current(): BrowserWindow;
  /** Whether a web contents is one of the app's windows. */
  has(contents: WebContents): boolean;
  readonly count: number;
}

/** No windows yet; `lastClosed` is told when the last of them was closed. */
export function appWindows(
  electron: Pick<ElectronParts, 'app' | 'BrowserWindow' | 'dialog' | 'nativeTheme'>,
  { preload, icon }: { readonly preload: string; readonly icon?: string },
  lastClosed: () => void,
): AppWindows {
  const { app, BrowserWindow, dialog, nativeTheme } = electron;
  const windows = new Set<BrowserWindow>();
  const open = (): BrowserWindow => {
    const isDark = nativeTheme.shouldUseDarkColors;
    const window = openWindow(
      { BrowserWindow, dialog, preload, icon, isDark, others: windows.size },
      Date.now,
    );
    windows.add(window);
    // At the end of a session Windows asks no app to quit: it tells its windows, and waits a few seconds.
    window.on('session-end', () => app.quit());
    window.once('closed', () => {
      windows.delete(window);
      // The window that computes may be left, and is none to go on for.
      if (windows.size === 0) lastClosed();
    });
    return window;
  };
  const inFront = (): BrowserWindow | null => {
    const focused = BrowserWindow.getFocusedWindow();
    return focused !== null && windows.has(focused) ? focused : ([...windows].at(-1) ?? null);
  };
  return {
    all: () => [...windows],
    inFront,
    open: () => void open(),
    toFront() {
      const [window = open()] = windows;
      if (window.isMinimized()) window.restore();
      window.focus();
    },
    current: () => inFront() ?? open(),
    has: (contents) => [...windows].some((window) => window.webContents === contents),
    get count() {
      return windows.size;
    },
  };
}
