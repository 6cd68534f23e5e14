/** Electron as far as the app uses it, in memory: windows that record what is done to them, IPC without processes. */
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, BrowserWindowConstructorOptions, IpcMainEvent, WebContents } from 'electron';
import type { ElectronParts } from '../../../electron/shell/electron-parts.ts';

export class FakeFrame {
  url: string;
  destroyed = false;

  constructor(url: string) {
    this.url = url;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }
}

export class FakeContents extends EventEmitter {
  mainFrame = new FakeFrame('');
  readonly sent: { channel: string; message: unknown }[] = [];
  destroyed = false;
  windowOpen: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });

  isDestroyed(): boolean {
    return this.destroyed;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  /** What ipcRenderer gets with ports. */
  readonly posted: { channel: string; message: unknown; ports: FakePort[] }[] = [];

  postMessage(channel: string, message: unknown, ports: FakePort[]): void {
    this.posted.push({ channel, message, ports });
  }

  send(channel: string, message: unknown): void {
    if (this.destroyed) throw new Error('Object has been destroyed');
    this.sent.push({ channel, message: structuredClone(message) });
  }

  setWindowOpenHandler(handler: FakeContents['windowOpen']): void {
    this.windowOpen = handler;
  }

  reloads = 0;

  reload(): void {
    this.reloads += 1;
  }

  /**
   * A page goes elsewhere; whether the app let it. The events are those of electron/electron docs/api/web-contents.md,
   * "Document Navigations": the first one that is prevented ends the chain (shell/browser/electron_navigation_throttle.cc).
   */
  navigate(url: string): boolean {
    this.emit('did-start-navigation', { url, isMainFrame: true, isSameDocument: false });
    for (const name of ['will-frame-navigate', 'will-navigate']) {
      if (!this.tryEvent(name, { url, isMainFrame: true })) return false;
    }
    this.mainFrame = new FakeFrame(url);
    this.emit('did-navigate', {}, url, 200, 'OK');
    return true;
  }

  /** What a page does to its address; whether the app let it. */
  tryEvent(name: string, details: Record<string, unknown>): boolean {
    let prevented = false;
    this.emit(name, { ...details, preventDefault: () => (prevented = true) });
    return !prevented;
  }
}

/** One end of a channel; what is posted arrives as a copy, once the other end was started. */
export class FakePort extends EventEmitter {
  other: FakePort | null = null;
  closed = false;
  #isStarted = false;
  #waiting: unknown[] = [];

  start(): void {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data });
  }

  postMessage(message: unknown): void {
    const { other } = this;
    if (other === null || this.closed || other.closed) return;
    other.#waiting.push(structuredClone(message));
    if (other.#isStarted) other.start();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.other?.emit('close');
  }
}

class FakeChannel {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();

  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

export class FakeWindow extends EventEmitter {
  static windows: FakeWindow[] = [];
  static focused: FakeWindow | null = null;
  /** Told, inside of destroy(), that no window is left: electron/electron shell/browser/window_list.cc, RemoveWindow. */
  static allClosed: () => void = () => undefined;
  static created: (contents: FakeContents) => void = () => undefined;
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents = new FakeContents();
  readonly loaded: string[] = [];
  shown = false;
  showCalls = 0;
  minimized = false;
  focusCalls = 0;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    FakeWindow.windows.push(this);
    FakeWindow.created(this.webContents);
  }

  static getAllWindows(): BrowserWindow[] {
    return FakeWindow.windows as unknown as BrowserWindow[];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return FakeWindow.focused as unknown as BrowserWindow | null;
  }

  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.mainFrame = new FakeFrame(url);
    return Promise.resolve();
  }

  show(): void {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed');
    this.shown = true;
    this.showCalls += 1;
  }

  isDestroyed(): boolean {
    return this.webContents.destroyed;
  }

  destroy(): void {
    this.close();
  }

  isFocused(): boolean {
    return FakeWindow.focused === this;
  }

  /** What the taskbar shows; -1 is nothing. */
  progress = -1;

  setProgressBar(share: number): void {
    this.progress = share;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  restore(): void {
    this.minimized = false;
  }

  focus(): void {
    this.focusCalls += 1;
  }

  close(): void {
    if (this.isDestroyed()) return;
    this.webContents.destroyed = true;
    this.webContents.mainFrame.destroyed = true;
    FakeWindow.windows = FakeWindow.windows.filter((window) => window !== this);
    this.webContents.emit('destroyed');
    this.emit('closed');
    if (FakeWindow.windows.length === 0) FakeWindow.allClosed();
  }
}

class FakeNotification extends EventEmitter {
  readonly options: { readonly title: string; readonly body: string };
  isShown = false;

  constructor(options: { title: string; body: string }) {
    super();
    this.options = options;
  }

  show(): void {
    this.isShown = true;
  }
}

type FakeItem = Electron.MenuItemConstructorOptions;

/** A menu whose items are those of its template. */
class FakeMenu extends Array<FakeItem> {
  static built(items: readonly FakeItem[]): FakeMenu {
    const menu = new FakeMenu();
    menu.push(...items);
    return menu;
  }

  getMenuItemById(id: string): FakeItem | null {
    const all = this.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    return all.find((item) => item.id === id) ?? null;
  }
}

type Handler = (...values: never[]) => unknown;

export class FakeElectron {
  readonly app = Object.assign(new EventEmitter(), {
    calls: [] as string[],
    exitCode: null as number | null,
    hasLock: true,
    isPackaged: false,
    relaunch: () => this.note('relaunch'),
    setAsDefaultProtocolClient: (scheme: string) => this.note(`setAsDefaultProtocolClient ${scheme}`),
    setAppUserModelId: (id: string) => this.note(`setAppUserModelId ${id}`),
    setAboutPanelOptions: (about: { applicationVersion: string }) =>
      this.note(`about ${about.applicationVersion}`),
    setName: (name: string) => this.note(`setName ${name}`),
    enableSandbox: () => this.note('enableSandbox'),
    lockData: undefined as unknown,
    requestSingleInstanceLock: (data?: unknown) => {
      this.app.lockData = data;
      return this.app.hasLock;
    },
    getPath: (name: string) => join(tmpdir(), 'creasebook-fake-electron', name),
    getGPUInfo: () => Promise.resolve({}),
    whenReady: () => {
      this.note('whenReady');
      return Promise.resolve();
    },
    quit: () => {
      this.note('quit');
      let isPrevented = false;
      this.app.emit('before-quit', { preventDefault: () => (isPrevented = true) });
      if (!isPrevented) this.app.exit(0);
    },
    switches: [] as string[],
    /** The command line's switches. */
    given: new Map<string, string>(),
    commandLine: {
      hasSwitch: (name: string) => this.app.given.has(name),
      getSwitchValue: (name: string) => this.app.given.get(name) ?? '',
      appendSwitch: (name: string, value?: string) => {
        this.note('appendSwitch');
        this.app.switches.push(value === undefined ? name : `${name}=${value}`);
      },
    },
    exit: (code: number) => {
      this.app.exitCode ??= code;
    },
  });
  readonly ipcMain = new EventEmitter();
  readonly external: string[] = [];
  readonly errors: string[] = [];
  /** What message boxes asked, and how the person answers the last one. */
  readonly questions: string[] = [];
  answer: (response: number) => void = () => undefined;
  readonly blocker = { next: 1, running: new Set<number>(), kinds: [] as string[] };
  readonly handlers = new Map<string, Handler>();
  readonly schemes: unknown[] = [];
  menu: FakeMenu = new FakeMenu();
  /** Notifications that the system shows. */
  readonly notifications: FakeNotification[] = [];
  readonly powerMonitor = new EventEmitter();
  readonly shownFiles: string[] = [];
  beforeRequest: (details: { url: string }, answer: (result: { cancel: boolean }) => void) => void = () =>
    undefined;
  readonly session = new Map<string, Handler>();
  /** Where the session tells of downloads. */
  readonly downloads = new EventEmitter();

  constructor() {
    FakeWindow.windows = [];
    FakeWindow.focused = null;
    FakeWindow.created = (contents) => void this.app.emit('web-contents-created', {}, contents);
    FakeWindow.allClosed = () => void this.app.emit('window-all-closed');
    // Electron's own listener ends the app where there is no other: electron/electron lib/browser/init.ts:170.
    this.app.on('window-all-closed', () => {
      if (this.app.listenerCount('window-all-closed') === 1) this.app.quit();
    });
  }

  note(call: string): void {
    this.app.calls.push(call);
  }

  get parts(): ElectronParts {
    const { notifications } = this;
    const keep = (name: string) => (handler: Handler) => void this.session.set(name, handler);
    return {
      app: this.app,
      BrowserWindow: FakeWindow,
      Menu: {
        buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => FakeMenu.built(template),
        setApplicationMenu: (menu: FakeMenu) => (this.menu = menu),
      },
      MessageChannelMain: FakeChannel,
      Notification: class extends FakeNotification {
        static readonly isSupported = (): boolean => true;
        constructor(options: { title: string; body: string }) {
          super(options);
          notifications.push(this);
        }
      },
      powerMonitor: this.powerMonitor,
      dialog: {
        showErrorBox: (_title: string, message: string) => void this.errors.push(message),
        showMessageBox: (...values: unknown[]) => {
          this.questions.push((values.at(-1) as { message: string }).message);
          return new Promise((resolve) => (this.answer = (response) => resolve({ response })));
        },
      },
      ipcMain: this.ipcMain,
      nativeTheme: { shouldUseDarkColors: false },
      powerSaveBlocker: {
        start: (kind: string) => {
          const id = this.blocker.next++;
          this.blocker.running.add(id);
          this.blocker.kinds.push(kind);
          return id;
        },
        stop: (id: number) => this.blocker.running.delete(id),
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes: unknown[]) => {
          this.note('registerSchemesAsPrivileged');
          this.schemes.push(...schemes);
        },
        handle: (scheme: string, handler: Handler) => void this.handlers.set(scheme, handler),
      },
      session: {
        defaultSession: Object.assign(this.downloads, {
          setPermissionRequestHandler: keep('request'),
          setPermissionCheckHandler: keep('check'),
          setDevicePermissionHandler: keep('device'),
          webRequest: {
            onBeforeRequest: (handler: FakeElectron['beforeRequest']) => (this.beforeRequest = handler),
          },
        }),
      },
      shell: {
        showItemInFolder: (path: string) => void this.shownFiles.push(path),
        openExternal: (address: string) => {
          this.external.push(address);
          return Promise.resolve();
        },
      },
    } as unknown as ElectronParts;
  }

  /** A message from a page, as the preload script sends it. */
  message(contents: FakeContents, message: unknown, frame: FakeFrame | null = contents.mainFrame): void {
    const event = { sender: contents as unknown as WebContents, senderFrame: frame };
    this.ipcMain.emit('lab', event as unknown as IpcMainEvent, structuredClone(message));
  }
}
