/** The page of a window: one of a Chromium that a test has started, with the app's scheme as a server of its own. */
import { readFileSync } from 'node:fs';
import { preloadWorld } from './preload-world.mjs';

const origin = 'creasebook://lab';
let serving = null;
let connecting = null;

/** Serves what the app's handler of its scheme answers; the address in place of the scheme's origin. */
async function served(world) {
  // Modules that the app itself may never load are loaded for a window with a page only.
  const { createServer } = await import('node:http');
  serving ??= new Promise((resolve) => {
    const server = createServer((request, response) => {
      void (async () => {
        const handler = world.handlers.get('creasebook');
        const answer = await handler(new Request(origin + request.url, { method: request.method }));
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      })();
    });
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
    server.unref();
  });
  return serving;
}

/** Chromium, connected once. Electron's binary has it in itself: it is there before anything of the app runs. */
export async function connected(world) {
  // Modules that take longer than the whole start of the app are loaded where there are pages only.
  connecting ??= import('playwright-core').then(({ chromium }) =>
    // Downloads and sizes of pages are the test's business.
    chromium.connectOverCDP(world.chromium, { noDefaults: true }),
  );
  const browser = await connecting;
  await served(world);
  return browser;
}

async function newPage(world) {
  const browser = await connected(world);
  const [context = await browser.newContext()] = browser.contexts();
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.newPage();
    } catch (error) {
      // Chromium keeps a process in reserve, which was killed with those of the pages: the next page gets one of its own.
      if (attempt === 5 || !/crashed/.test(error.message)) throw error;
    }
  }
}

/** A page for a window's contents. */
export async function openChromiumPage(contents, world) {
  const address = await served(world);
  const inApp = (url) => (url.startsWith(address) ? origin + url.slice(address.length) : url);
  const page = await newPage(world);
  let isClosed = false;
  let sending = Promise.resolve();

  /** E: shell/browser/electron_permission_manager.cc: the check first, then the request. */
  function isGranted(permission) {
    const details = { isMainFrame: true, requestingUrl: contents.getURL() };
    const { check, request } = world.permissions;
    if (check !== null && check(contents, permission, origin, details) !== true) return false;
    let answer = request === null;
    request?.(contents, permission, (granted) => (answer = granted), details);
    return answer;
  }

  await page.exposeBinding('standInSend', (_source, channel, values) => {
    world.ipc(contents, channel, values);
  });
  await page.exposeBinding('standInAsk', (_source, what, [word]) => {
    if (what === 'permission') return isGranted(word);
    if (what === 'clipboard') world.log('copied', { text: word });
    if (what === 'window') contents.opensWindow(inApp(word));
    if (what === 'port') ports.get(word.id)?.postMessage(word.data);
    return null;
  });
  const preload = contents.preload === undefined ? '' : readFileSync(contents.preload, 'utf8');
  await page.addInitScript(`(() => {
    const send = window.standInSend, ask = window.standInAsk;
    delete window.standInSend;
    delete window.standInAsk;
    const tell = (${preloadWorld.toString()})(${JSON.stringify(preload)}, send, ask);
    Object.defineProperty(window, '__standIn', { value: { tell, ask, ports: new Map() }, enumerable: false });
  })()`);

  // E: docs/api/web-request.md: every request of a page is asked for first.
  await page.route(
    (url) => !url.href.startsWith(address),
    (route) => {
      let isCancelled = false;
      world.permissions.beforeRequest?.(
        { url: route.request().url() },
        ({ cancel }) => (isCancelled = cancel === true),
      );
      return isCancelled ? route.abort('blockedbyclient') : route.continue();
    },
  );
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame()) return;
    const url = inApp(frame.url());
    const [to, from] = [url, contents.getURL()].map((one) => one.split('#')[0]);
    // Playwright tells of moves inside of a document as of others.
    if (to === from && contents.isShown) {
      contents.mainFrame.url = url;
      contents.emit('did-navigate-in-page', {}, url, true);
    } else contents.committed(url);
    contents.isShown = true;
  });
  page.on('domcontentloaded', () => contents.emit('-painted'));
  page.on('load', () => contents.emit('did-finish-load'));
  // E: shell/browser/api/electron_api_web_contents.cc, PrimaryMainFrameRenderProcessGone: the next load has a new process.
  page.on('crash', () => {
    isClosed = true;
    contents.isShown = false;
    contents.page = null;
    void page.close().catch(() => undefined);
    contents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 });
  });
  page.on('popup', (popup) => {
    contents.opensWindow(inApp(popup.url()));
    void popup.close();
  });

  const ports = new Map();
  let nextPort = 1;
  const deliver = (action, argument) => {
    sending = sending
      .then(() => (isClosed ? undefined : page.evaluate(action, argument)))
      .catch(() => undefined);
  };
  return {
    async go(url) {
      contents.isShown = false;
      await page.goto(address + url.slice(origin.length));
    },
    reload: () => {
      contents.isShown = false;
      return page.reload();
    },
    receive: (channel, values) =>
      deliver(([name, sent]) => window.__standIn?.tell(name, sent), [channel, values]),
    handPorts(channel, message, handed) {
      const ids = handed.map((port) => {
        const id = nextPort++;
        ports.set(id, port);
        port.on('message', ({ data }) =>
          deliver(([to, sent]) => window.__standIn.ports.get(to)?.postMessage(sent), [id, data]),
        );
        port.on('close', () => deliver((to) => window.__standIn.ports.get(to)?.close(), id));
        port.start();
        return id;
      });
      deliver(
        ([name, sent, wanted]) => {
          const { tell, ask, ports: own } = window.__standIn;
          const given = wanted.map((id) => {
            const { port1, port2 } = new MessageChannel();
            own.set(id, port1);
            port1.onmessage = ({ data }) => void ask('port', [{ id, data }]);
            return port2;
          });
          tell(name, [sent], given);
        },
        [channel, message, ids],
      );
    },
    async close() {
      isClosed = true;
      await page.close().catch(() => undefined);
    },
  };
}
