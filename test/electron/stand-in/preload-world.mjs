/**
 * What runs in a page before its own scripts: the preload script with what a sandboxed one may require. The function below
 * is sent to the page as text; `send`, `ask` and `own` are what chromium-page.mjs gives it.
 */
export function preloadWorld(preload, send, ask) {
  const listeners = new Map();
  /** E: shell/renderer/api/electron_api_context_bridge.cc: functions become others, values copies, symbols are refused. */
  const copied = (value, depth = 0) => {
    if (depth > 1000) throw new TypeError('Electron contextBridge recursion depth exceeded.');
    if (typeof value === 'symbol') throw new TypeError('Symbols cannot be sent over the contextBridge');
    if (typeof value === 'function')
      return (...values) => copied(value(...values.map((one) => copied(one, depth + 1))), depth + 1);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Promise) return value.then((one) => copied(one, depth + 1));
    if (Array.isArray(value)) return value.map((one) => copied(one, depth + 1));
    if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copied(one, depth + 1)]));
    // Everything else must be cloneable: ports and instances with private state are not.
    return structuredClone(value);
  };
  const electron = {
    contextBridge: {
      exposeInMainWorld(key, api) {
        if (key in globalThis)
          throw new Error('Cannot bind an API on top of an existing property on the window object');
        Object.defineProperty(globalThis, key, { value: copied(api), enumerable: true });
      },
    },
    ipcRenderer: {
      // E: docs/api/ipc-renderer.md, send: functions, promises and symbols throw.
      send: (channel, ...values) => void send(channel, structuredClone(values)),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      once(channel, listener) {
        const first = (...values) => {
          listeners.set(
            channel,
            listeners.get(channel).filter((one) => one !== first),
          );
          listener(...values);
        };
        electron.ipcRenderer.on(channel, first);
      },
      removeAllListeners: (channel) => listeners.delete(channel),
    },
  };
  const tell = (channel, values, ports = []) => {
    for (const listener of listeners.get(channel) ?? []) listener({ ports, senderId: 0 }, ...values);
  };
  // E: docs/tutorial/sandbox.md: a sandboxed preload script may require electron and three modules of Node, and no files.
  const require = (name) => {
    if (name === 'electron') return electron;
    throw new Error(`module not found: ${name}`);
  };
  new Function('require', 'module', 'exports', preload)(require, { exports: {} }, {});

  // E: docs/api/session.md: both handlers are asked where no browser would ask anything.
  const denied = (what) => new DOMException(`${what}: permission denied`, 'NotAllowedError');
  if (navigator.clipboard !== undefined) {
    navigator.clipboard.writeText = async (text) => {
      if (!(await ask('permission', ['clipboard-sanitized-write']))) throw denied('writeText');
      await ask('clipboard', [text]);
    };
  }
  const enter = Element.prototype.requestFullscreen;
  Element.prototype.requestFullscreen = async function (...options) {
    if (!(await ask('permission', ['fullscreen']))) throw denied('requestFullscreen');
    return enter.apply(this, options);
  };
  const query = navigator.permissions?.query.bind(navigator.permissions);
  if (query !== undefined) {
    navigator.permissions.query = async (descriptor) => {
      if (await ask('permission', [descriptor.name])) return query(descriptor);
      return Object.assign(new EventTarget(), { name: descriptor.name, state: 'denied', onchange: null });
    };
  }
  window.open = (url) => {
    void ask('window', [String(new URL(url ?? '', location.href))]);
    return null;
  };
  return tell;
}
