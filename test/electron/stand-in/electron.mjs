/**
 * The module `electron` of a main process. Settings: STAND_IN_LOG, a file that gets a line of JSON for everything that a
 * person or the system would notice; STAND_IN_CHROMIUM, the debugging address of a Chromium that shows the pages (without
 * it windows have none); STAND_IN_GPU, what the page that computes does: `none` has no adapter, `hangs` never answers,
 * `dies` loses its process, `chromium` is the real page.
 */
import { EventEmitter } from 'node:events';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connected } from './chromium-page.mjs';
import { BrowserWindow, MessageChannelMain, world } from './windows.mjs';

export { BrowserWindow, MessageChannelMain };

const logFile = process.env['STAND_IN_LOG'];
function log(what, facts = {}) {
  if (logFile !== undefined) appendFileSync(logFile, `${JSON.stringify({ what, ...facts })}\n`);
}

const switches = new Map();
let userData = join(tmpdir(), 'creasebook-stand-in');
let facts = {};
let isReady = false;
let isQuitting = false;
let lockLook = null;
let tellReady = () => undefined;
const ready = new Promise((resolve) => (tellReady = resolve));

export const app = Object.assign(new EventEmitter(), {
  name: 'Electron',
  setName(name) {
    app.name = name;
  },
  getName: () => app.name,
  getVersion: () => facts.version,
  getPath: (name) =>
    name === 'userData'
      ? userData
      : name === 'documents'
        ? join(homedir(), 'Documents')
        : join(userData, name),
  setAboutPanelOptions: (options) => log('about', options),
  isPackaged: true,
  relaunch: () => log('relaunch'),
  setAsDefaultProtocolClient: (scheme) => log('default client', { scheme }),
  setAppUserModelId: (id) => log('id', { id }),
  setBadgeCount: (count) => log('badge', { count }),
  getGPUInfo: () => Promise.resolve({ gpuDevice: [] }),
  enableSandbox() {
    if (isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    // E: shell/browser/api/electron_api_app.cc, RemoveNoSandboxSwitch
    switches.delete('no-sandbox');
  },
  commandLine: {
    hasSwitch: (name) => switches.has(name),
    getSwitchValue: (name) => switches.get(name) ?? '',
    // E: shell/common/api/electron_api_command_line.cc: what stands there is replaced.
    appendSwitch: (name, value = '') => {
      switches.set(name, value);
      log('switch', { name, value });
    },
  },
  whenReady: () => ready,
  isReady: () => isReady,
  /** E: shell/browser/api/electron_api_app.cc: one lock for a folder of user data; what the second one sends arrives at the first. */
  requestSingleInstanceLock(data) {
    mkdirSync(userData, { recursive: true });
    const lock = join(userData, 'SingletonLock');
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      const holder = Number(readFileSync(lock, 'utf8'));
      if (isAlive(holder)) {
        const message = { argv: process.argv, cwd: process.cwd(), data };
        writeFileSync(join(userData, `second-${process.pid}.json`), JSON.stringify(message));
        return false;
      }
      writeFileSync(lock, String(process.pid));
    }
    lockLook = setInterval(hearSecond, 100);
    return true;
  },
  /** E: shell/browser/browser.cc, Quit: before-quit may be prevented, then every window may, then it quits. */
  quit() {
    log('quit');
    if (isQuitting) return;
    let isPrevented = false;
    app.emit('before-quit', { preventDefault: () => (isPrevented = true) });
    if (isPrevented) return;
    isQuitting = true;
    for (const window of BrowserWindow.getAllWindows()) {
      if (window.close()) continue;
      isQuitting = false;
      return;
    }
    app.exit(0);
  },
  /** E: docs/api/app.md, exit: windows close without being asked, and no before-quit. */
  exit(code = 0) {
    isQuitting = true;
    world.isExiting = true;
    log('exit', { code });
    clearInterval(lockLook);
    if (lockLook !== null) rmSync(join(userData, 'SingletonLock'), { force: true });
    for (const window of BrowserWindow.getAllWindows()) window.destroy();
    app.emit('quit', {}, code);
    process.exit(code);
  },
});

// E: lib/browser/init.ts: the app ends with its last window where nobody else listens.
app.on('window-all-closed', () => {
  if (app.listenerCount('window-all-closed') === 1) app.quit();
});

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function hearSecond() {
  for (const name of readdirSync(userData).filter((file) => /^second-\d+\.json$/.test(file))) {
    const { argv, cwd, data } = JSON.parse(readFileSync(join(userData, name), 'utf8'));
    rmSync(join(userData, name));
    app.emit('second-instance', {}, argv, cwd, data);
  }
}

export const ipcMain = Object.assign(new EventEmitter(), {});

export const handlers = new Map();
export const protocol = {
  registerSchemesAsPrivileged(schemes) {
    if (isReady) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    log('schemes', { schemes });
  },
  handle: (scheme, handler) => handlers.set(scheme, handler),
};

/** E: shell/browser/electron_permission_manager.cc: without a handler everything is granted. */
export const permissions = { request: null, check: null, beforeRequest: null };
export const session = {
  // A window has no place where it could be saved to: nothing is ever told of downloads.
  defaultSession: Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler) => (permissions.request = handler),
    setPermissionCheckHandler: (handler) => (permissions.check = handler),
    setDevicePermissionHandler: () => undefined,
    webRequest: { onBeforeRequest: (handler) => (permissions.beforeRequest = handler) },
  }),
};

let answerBox = () => undefined;
export const dialog = {
  showErrorBox: (title, content) => log('error box', { title, content }),
  showMessageBox: (_window, { message }) => {
    log('message box', { message });
    return new Promise(
      (resolve) => (answerBox = (response) => resolve({ response, checkboxChecked: false })),
    );
  },
};

let shownMenu = [];
const itemById = (items, id) =>
  items
    .flatMap((item) => [item, ...(Array.isArray(item.submenu) ? item.submenu : [])])
    .find((item) => item.id === id) ?? null;
export const Menu = {
  buildFromTemplate: (template) =>
    Object.assign(template, { getMenuItemById: (id) => itemById(template, id) }),
  setApplicationMenu: (menu) => (shownMenu = menu ?? []),
};
export class Notification extends EventEmitter {
  static isSupported = () => true;
  constructor(options) {
    super();
    this.options = options;
  }
  show() {
    log('notification', this.options);
  }
}
export const powerMonitor = new EventEmitter();
export const nativeTheme = { shouldUseDarkColors: false };
let blockers = 0;
export const powerSaveBlocker = {
  start: (kind) => {
    log('sleep blocked', { kind });
    return ++blockers;
  },
  stop: (id) => log('sleep allowed', { id }),
};
export const shell = {
  showItemInFolder: (path) => log('in folder', { path }),
  openExternal: (address) => {
    log('external', { address });
    return Promise.resolve();
  },
};

export default {
  app,
  BrowserWindow,
  MessageChannelMain,
  ipcMain,
  protocol,
  session,
  dialog,
  Menu,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  shell,
};

/** What the binary says before the app's entry is loaded. */
export async function begin({ switches: given, facts: ownFacts }) {
  facts = ownFacts;
  app.name = facts.productName ?? facts.name ?? 'Electron';
  for (const word of given) {
    const [name, ...value] = word.slice(2).split('=');
    switches.set(name, value.join('='));
  }
  userData = switches.get('user-data-dir') ?? userData;
  world.app = app;
  world.log = log;
  world.gpu = process.env['STAND_IN_GPU'] ?? 'none';
  world.chromium = process.env['STAND_IN_CHROMIUM'] ?? null;
  world.handlers = handlers;
  world.permissions = permissions;
  world.ipc = (contents, channel, values) => {
    ipcMain.emit(channel, { sender: contents, senderFrame: contents.mainFrame }, ...values);
  };
  if (world.chromium !== null) await connected(world);
  log('begun');
}

export function becomeReady() {
  isReady = true;
  log('ready');
  app.emit('ready');
  tellReady();
}

/** A signal asks the app to end. */
export function end() {
  app.quit();
}

function menuItem(items, label) {
  for (const item of items) {
    if (item.label === label) return item;
    const found = Array.isArray(item.submenu) ? menuItem(item.submenu, label) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

let heard = null;

/** Messages of the app's page, which a test plays; what the page would hear goes to the test. */
function sendAs(channel, messages) {
  const window = BrowserWindow.getAllWindows().find((one) => one.options.title === 'Creasebook');
  if (window === undefined) return;
  if (heard !== window) window.webContents.on('-sent', (to, values) => process.send({ channel: to, values }));
  heard = window;
  for (const value of messages) world.ipc(window.webContents, channel, [value]);
}

// What a test does in the person's place.
process.on('message', (message) => {
  if (typeof message !== 'object' || message === null) return;
  if (message.do === 'menu')
    menuItem(shownMenu, message.label)?.click({}, BrowserWindow.getFocusedWindow(), {});
  if (message.do === 'close windows')
    for (const window of BrowserWindow.getAllWindows()) if (window.isVisible()) window.close();
  if (message.do === 'quit') app.quit();
  if (message.do === 'answer') answerBox(message.button);
  if (message.do === 'link') app.emit('open-url', { preventDefault: () => undefined }, message.url);
  if (message.do === 'file') app.emit('open-file', { preventDefault: () => undefined }, message.path);
  if (message.do === 'suspend' || message.do === 'resume') powerMonitor.emit(message.do);
  if (message.do === 'send') sendAs(message.channel, message.messages);
});
process.channel?.unref();
