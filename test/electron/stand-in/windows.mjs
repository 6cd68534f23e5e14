/** Windows, web contents, frames and message ports of the stand-in. */
import { EventEmitter } from 'node:events';
import { openChromiumPage } from './chromium-page.mjs';

export class Frame {
  url;
  #isGone = false;
  constructor(url) {
    this.url = url;
  }
  isDestroyed() {
    return this.#isGone;
  }
  leave() {
    this.#isGone = true;
  }
}

/** E: shell/browser/api/message_port.cc: messages wait until start(), are copies, and the other end hears of a close. */
export class Port extends EventEmitter {
  other = null;
  #isStarted = false;
  #isClosed = false;
  #waiting = [];
  postMessage(message) {
    if (this.#isClosed || this.other.#isClosed) return;
    this.other.take(structuredClone(message));
  }
  take(data) {
    this.#waiting.push(data);
    if (this.#isStarted) setImmediate(() => this.#flush());
  }
  start() {
    this.#isStarted = true;
    setImmediate(() => this.#flush());
  }
  #flush() {
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
  }
  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    setImmediate(() => {
      this.emit('close');
      if (!this.other.#isClosed) {
        this.other.#isClosed = true;
        this.other.emit('close');
      }
    });
  }
}

export class MessageChannelMain {
  port1 = new Port();
  port2 = new Port();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

/** What windows need of the module around them. */
export const world = {
  app: null,
  log: () => undefined,
  ipc: () => undefined,
  /** How the page that computes behaves where no Chromium is: see electron.mjs. */
  gpu: 'none',
  chromium: null,
  isExiting: false,
};

export class WebContents extends EventEmitter {
  mainFrame = new Frame('');
  page = null;
  #isGone = false;
  #openHandler = () => ({ action: 'allow' });
  #preferences;
  constructor(preferences) {
    super();
    this.#preferences = preferences;
  }
  get preload() {
    return this.#preferences?.preload;
  }
  isDestroyed() {
    return this.#isGone;
  }
  getURL() {
    return this.mainFrame.url;
  }
  setWindowOpenHandler(handler) {
    this.#openHandler = handler;
  }
  /** E: lib/browser/guest-window-manager.ts: what is not allowed returns null to the page. */
  opensWindow(url) {
    return this.#openHandler({ url, frameName: '', disposition: 'foreground-tab' }).action === 'allow';
  }
  /** E: docs/api/web-contents.md, send: arguments are structured clones; what cannot be cloned throws. */
  send(channel, ...values) {
    if (this.#isGone) throw new TypeError('Object has been destroyed');
    this.page?.receive(channel, structuredClone(values));
    this.emit('-sent', channel, structuredClone(values));
  }
  postMessage(channel, message, ports = []) {
    if (this.#isGone) throw new TypeError('Object has been destroyed');
    if (this.page !== null) return this.page.handPorts(channel, structuredClone(message), ports);
    const [port] = ports;
    if (world.gpu === 'none')
      setTimeout(
        () => port.postMessage({ kind: 'unavailable', message: 'Chromium has no WebGPU adapter' }),
        50,
      );
    if (world.gpu === 'dies')
      setTimeout(() => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 }), 50);
    // 'hangs' never answers.
  }
  /** E: docs/api/web-contents.md, "Document Navigations"; shell/browser/electron_navigation_throttle.cc. */
  mayLeaveFor(url) {
    for (const name of ['will-frame-navigate', 'will-navigate']) {
      let isPrevented = false;
      this.emit(name, { url, isMainFrame: true, preventDefault: () => (isPrevented = true) });
      if (isPrevented) return false;
    }
    return true;
  }
  committed(url) {
    this.mainFrame.leave();
    this.mainFrame = new Frame(url);
    this.emit('did-navigate', {}, url, 200, 'OK');
  }
  reload() {
    void this.page?.reload();
  }
  async load(url) {
    this.emit('did-start-navigation', { url, isMainFrame: true, isSameDocument: false });
    if (world.chromium === null || (url.includes('/gpu/') && world.gpu !== 'chromium')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (this.#isGone) return;
      this.committed(url);
      this.emit('dom-ready');
      this.emit('-painted');
      this.emit('did-finish-load');
      return;
    }
    this.page ??= await openChromiumPage(this, world);
    if (!this.#isGone) await this.page.go(url);
  }
  leave() {
    if (this.#isGone) return;
    this.#isGone = true;
    this.mainFrame.leave();
    void this.page?.close();
    this.emit('destroyed');
  }
}

let nextId = 1;

export class BrowserWindow extends EventEmitter {
  static #all = new Set();
  static #focused = null;
  static getAllWindows() {
    return [...BrowserWindow.#all];
  }
  static getFocusedWindow() {
    return BrowserWindow.#focused;
  }
  id = nextId++;
  options;
  webContents;
  #isVisible;
  #isMinimized = false;
  #isGone = false;
  constructor(options = {}) {
    super();
    const { name } = options;
    // E: docs/api/structures/base-window-options.md, `name`: in use by one window at a time.
    if (name !== undefined && BrowserWindow.getAllWindows().some(({ options: other }) => other.name === name))
      throw new Error(`Window name '${name}' is already in use`);
    this.options = options;
    this.#isVisible = options.show !== false;
    this.webContents = new WebContents(options.webPreferences);
    BrowserWindow.#all.add(this);
    this.webContents.on('-painted', () => this.emit('ready-to-show'));
    world.log('window', { title: options.title, show: this.#isVisible });
    world.app.emit('web-contents-created', {}, this.webContents);
    world.app.emit('browser-window-created', {}, this);
  }
  loadURL(url) {
    world.log('loads', { url });
    return this.webContents.load(url);
  }
  #check() {
    if (this.#isGone) throw new TypeError('Object has been destroyed');
  }
  show() {
    this.#check();
    if (this.#isVisible) return;
    this.#isVisible = true;
    BrowserWindow.#focused = this;
    world.log('shown', { title: this.options.title });
    this.emit('show');
  }
  hide() {
    this.#isVisible = false;
    this.emit('hide');
  }
  isVisible() {
    return this.#isVisible;
  }
  isFocused() {
    return BrowserWindow.#focused === this;
  }
  isMinimized() {
    return this.#isMinimized;
  }
  minimize() {
    this.#isMinimized = true;
  }
  restore() {
    this.#isMinimized = false;
  }
  focus() {
    this.#check();
    BrowserWindow.#focused = this;
    world.log('focused', { title: this.options.title });
  }
  setProgressBar(value) {
    world.log('progress', { value });
  }
  isDestroyed() {
    return this.#isGone;
  }
  close() {
    if (this.#isGone) return true;
    let isPrevented = false;
    this.emit('close', { preventDefault: () => (isPrevented = true) });
    if (!isPrevented) this.destroy();
    return !isPrevented;
  }
  /** E: shell/browser/window_list.cc, RemoveWindow: told inside of destroy() as soon as no window is left, hidden ones count. */
  destroy() {
    if (this.#isGone) return;
    this.#isGone = true;
    BrowserWindow.#all.delete(this);
    if (BrowserWindow.#focused === this) BrowserWindow.#focused = null;
    this.webContents.leave();
    world.log('closed', { title: this.options.title });
    this.emit('closed');
    // E: shell/browser/browser.cc, OnWindowAllClosed: nobody is told while the app exits.
    if (BrowserWindow.#all.size === 0 && !world.isExiting) world.app.emit('window-all-closed');
  }
}
