/** The app in Electron, over the parts of Electron that it is given. */
import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Dialog,
  IpcMain,
  Menu,
  MenuItemConstructorOptions,
  MessagePortMain,
  NativeTheme,
  PowerSaveBlocker,
  Protocol,
  Session,
  Shell,
} from 'electron';
import { createGpuHost, type GpuHost } from '../compute/gpu-host.ts';
import { contractErrorFrom } from '../lab/calls/contract-errors.ts';
import type { Lab } from '../lab/lab.ts';
import { allowWebgpu, gpuWindowStarter } from './gpu-window.ts';
import { guardContents, guardSession } from './guards.ts';
import { hostIpc } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { schemePrivileges, serveScheme } from './protocol.ts';
import { sleepGuard } from './sleep.ts';
import { openWindow } from './window.ts';

/** Electron as far as the app uses it. */
export interface ElectronParts {
  readonly app: Pick<
    App,
    | 'commandLine'
    | 'enableSandbox'
    | 'exit'
    | 'getGPUInfo'
    | 'on'
    | 'quit'
    | 'requestSingleInstanceLock'
    | 'setName'
    | 'whenReady'
  >;
  readonly BrowserWindow: (new (options: BrowserWindowConstructorOptions) => BrowserWindow) & {
    getAllWindows(): BrowserWindow[];
    getFocusedWindow(): BrowserWindow | null;
  };
  readonly Menu: {
    buildFromTemplate(template: MenuItemConstructorOptions[]): Menu;
    setApplicationMenu(menu: Menu | null): void;
  };
  readonly MessageChannelMain: new () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain };
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly nativeTheme: Pick<NativeTheme, 'shouldUseDarkColors'>;
  readonly powerSaveBlocker: Pick<PowerSaveBlocker, 'start' | 'stop'>;
  readonly protocol: Pick<Protocol, 'handle' | 'registerSchemesAsPrivileged'>;
  readonly session: { readonly defaultSession: Session };
  readonly shell: Pick<Shell, 'openExternal'>;
}

export interface ShellOptions {
  readonly rendererFolder: string;
  /** Path of the built preload script. */
  readonly preload: string;
  /** Path of the built preload script of the window that computes. */
  readonly gpuPreload: string;
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Opens the notebook; `onBusy` is told while cells train. The lab closes the GPU's host. */
  openLab(onBusy: (busy: boolean) => void, gpu: GpuHost): Promise<Lab>;
}

/** How long cells may take to stop when the app is quit; what they did since the last snapshot is trained again. */
const timeoutMs = 4500;

/** Runs the app. Resolves when it is on screen, or when another instance was told to show itself. */
export async function runShell(electron: ElectronParts, options: ShellOptions): Promise<void> {
  const { app, protocol, session, shell } = electron;
  app.setName('Creasebook');
  app.enableSandbox();
  allowWebgpu(app, options.platform, options.environment);
  protocol.registerSchemesAsPrivileged([schemePrivileges]);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  guardContents({ app, openExternal: (address) => shell.openExternal(address) });
  await app.whenReady();
  guardSession(session.defaultSession);
  serveScheme(protocol, options.rendererFolder);
  const { BrowserWindow, MessageChannelMain } = electron;
  const gpu = createGpuHost(
    gpuWindowStarter({
      BrowserWindow,
      MessageChannelMain,
      preload: options.gpuPreload,
      gpuInfo: () => app.getGPUInfo('complete'),
    }),
  );
  try {
    const lab = await options.openLab(sleepGuard(electron.powerSaveBlocker), gpu);
    showLab(electron, options, lab);
  } catch (error) {
    electron.dialog.showErrorBox('Creasebook could not open the notebook', contractErrorFrom(error).message);
    app.exit(1);
  }
}

function showLab(electron: ElectronParts, options: ShellOptions, lab: Lab): void {
  const { app, BrowserWindow, Menu, ipcMain, nativeTheme } = electron;
  const windows = new Set<BrowserWindow>();
  const endUnlessMac = (): void => {
    if (options.platform !== 'darwin') app.quit();
  };
  const show = (): void => {
    const isDark = nativeTheme.shouldUseDarkColors;
    const window = openWindow({ BrowserWindow, preload: options.preload, isDark }, Date.now);
    windows.add(window);
    window.once('closed', () => {
      windows.delete(window);
      // The window that computes may be left, and is none to go on for.
      if (windows.size === 0) endUnlessMac();
    });
  };
  const ipc = hostIpc({
    ipcMain,
    router: lab.router,
    events: lab.events,
    isAppWindow: (contents) => [...windows].some((window) => window.webContents === contents),
  });
  const menu = menuTemplate(options.platform, {
    command: (command) => {
      const window = BrowserWindow.getFocusedWindow() ?? [...windows].at(-1);
      if (window !== undefined && windows.has(window))
        ipc.tell(window.webContents, 'app.command', { command });
    },
    newWindow: show,
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
  app.on('second-instance', () => {
    const [window] = windows;
    if (window === undefined) return show();
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (windows.size === 0) show();
  });
  app.on('window-all-closed', endUnlessMac);
  quitOrderly(app, lab);
  show();
  // What draws starts while the page loads; where that fails the first frame says why.
  lab.warmUp().catch(() => undefined);
}

/** Before the app ends, cells stop at the end of an epoch and the notebook is given back. */
function quitOrderly(app: ElectronParts['app'], lab: Lab): void {
  let isClosing = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    const timeout = setTimeout(() => app.exit(0), timeoutMs);
    lab
      .close()
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timeout);
        app.exit(0);
      });
  });
}
