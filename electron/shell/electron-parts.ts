/** Electron as far as the app uses it, so that tests can hand in another one. */
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
  Notification,
  NotificationConstructorOptions,
  PowerMonitor,
  PowerSaveBlocker,
  Protocol,
  Session,
  Shell,
} from 'electron';

/** What the shell takes of Electron, so that a stand-in can take its place. */
export interface ElectronParts {
  readonly app: Pick<
    App,
    | 'commandLine'
    | 'enableSandbox'
    | 'exit'
    | 'getGPUInfo'
    | 'on'
    | 'isPackaged'
    | 'quit'
    | 'relaunch'
    | 'requestSingleInstanceLock'
    | 'setAboutPanelOptions'
    | 'setAppUserModelId'
    | 'setAsDefaultProtocolClient'
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
  readonly Notification: (new (options: NotificationConstructorOptions) => Notification) & {
    isSupported(): boolean;
  };
  readonly dialog: Pick<Dialog, 'showErrorBox' | 'showMessageBox'>;
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly nativeTheme: Pick<NativeTheme, 'shouldUseDarkColors'>;
  readonly powerMonitor: Pick<PowerMonitor, 'on'>;
  readonly powerSaveBlocker: Pick<PowerSaveBlocker, 'start' | 'stop'>;
  readonly protocol: Pick<Protocol, 'handle' | 'registerSchemesAsPrivileged'>;
  readonly session: { readonly defaultSession: Session };
  readonly shell: Pick<Shell, 'openExternal' | 'showItemInFolder'>;
}
