/** What the policy of the pages does in a real browser. Runs where one is installed. */
import { createServer, type Server } from 'node:http';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventHub } from '../../../electron/contract/event-hub.ts';
import { serveLab, type LabServer } from '../../../electron/serve/server.ts';
import { isWithoutBrowser, launchBrowser } from '../../e2e/browser.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { stubRouter } from '../lab/calls/stub-router.ts';

const attacks = `
window.report = {};
const tried = (name, promise) => promise.then(
  (value) => { window.report[name] = value === undefined ? 'done' : String(value); },
  (error) => { window.report[name] = 'blocked: ' + error.name; },
);
const loads = (element, url) => new Promise((resolve, reject) => {
  element.onload = () => resolve('loaded');
  element.onerror = () => reject(new Error('no'));
  element.src = url;
  document.body.append(element);
});
const element = (name) => document.createElement(name);
const button = document.createElement('button');
document.body.append(button);
button.onclick = () => {
const outside = document.body.dataset.outside;
tried('eval', Promise.resolve().then(() => { eval('window.evaluated = true'); }));
tried('function', Promise.resolve().then(() => { new Function('window.evaluated = true')(); }));
tried('string timer', new Promise((resolve, reject) => {
  setTimeout('window.evaluated = true', 0);
  setTimeout(() => (window.evaluated ? resolve() : reject(new Error('no'))), 100);
}));
tried('inline script', Promise.resolve().then(() => {
  const script = element('script');
  script.textContent = 'window.inlined = true';
  document.body.append(script);
  if (!window.inlined) throw new Error('no');
}));
tried('inline handler', new Promise((resolve, reject) => {
  const image = element('img');
  image.setAttribute('onerror', 'window.handled = true');
  image.src = '/missing.png';
  document.body.append(image);
  setTimeout(() => (window.handled ? resolve() : reject(new Error('no'))), 200);
}));
tried('blob script', loads(element('script'), URL.createObjectURL(new Blob(['1'], { type: 'text/javascript' }))));
tried('data script', loads(element('script'), 'data:text/javascript,1'));
tried('remote script', loads(element('script'), outside + '/x.js'));
tried('remote image', loads(element('img'), outside + '/x.png'));
tried('remote fetch', fetch(outside + '/x', { mode: 'no-cors' }));
tried('remote beacon', Promise.resolve().then(() => { navigator.sendBeacon(outside + '/beacon', 'x'); throw new Error('sent or not'); }));
tried('remote websocket', new Promise((resolve, reject) => {
  const socket = new WebSocket(outside.replace('http', 'ws'));
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error('no'));
}));
tried('remote frame', new Promise((resolve, reject) => {
  const frame = element('iframe');
  document.addEventListener('securitypolicyviolation', (event) => event.effectiveDirective === 'frame-src' && reject(new Error('no')));
  frame.onload = () => setTimeout(() => resolve(), 100);
  frame.src = outside + '/frame';
  document.body.append(frame);
}));
tried('form', new Promise((resolve, reject) => {
  document.addEventListener('securitypolicyviolation', (event) => event.effectiveDirective === 'form-action' && reject(new Error('no')));
  const form = element('form');
  form.action = outside + '/form';
  form.method = 'post';
  document.body.append(form);
  form.submit();
}));
tried('base', Promise.resolve().then(() => {
  const base = element('base');
  base.href = outside + '/';
  document.head.append(base);
  if (new URL('x', document.baseURI).origin === location.origin) throw new Error('no');
}));
tried('webassembly', WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => undefined));
tried('own image', loads(element('img'), 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'));
tried('own worker', new Promise((resolve, reject) => {
  const worker = new Worker('/worker.js', { type: 'module' });
  worker.onmessage = () => resolve();
  worker.onerror = () => reject(new Error('no'));
}));
tried('own websocket', new Promise((resolve, reject) => {
  const socket = new WebSocket('ws://' + location.host + '/lab');
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error('no'));
}));
window.report.isolated = String(crossOriginIsolated);
};
`;

describe.skipIf(isWithoutBrowser)('the policy in a browser', () => {
  let browser: Browser;
  let server: LabServer;
  let outside: Server;
  let page: Page;
  const reached: string[] = [];

  beforeAll(async () => {
    outside = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.end('outside');
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    const folder = join(scratchFolder(), 'renderer');
    mkdirSync(folder);
    const html =
      '<!doctype html><script>window.inlined = true</script><body><script src="attacks.js"></script>';
    writeFileSync(join(folder, 'index.html'), html);
    writeFileSync(join(folder, 'attacks.js'), attacks);
    writeFileSync(join(folder, 'worker.js'), 'postMessage(1)');
    server = await serveLab({ router: stubRouter({}), events: createEventHub(), rendererFolder: folder });
    browser = await launchBrowser();
    page = await (await browser.newContext()).newPage();
    await page.goto(server.newLink());
    const { port } = outside.address() as AddressInfo;
    // The page itself attacks, on a click: what a debugger calls may do more.
    await page.evaluate(
      (address) => (document.body.dataset['outside'] = address),
      `http://127.0.0.1:${port}`,
    );
    await page.click('button', { noWaitAfter: true });
    await page.waitForTimeout(1500);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    outside.close();
  });

  const report = () => page.evaluate(() => (window as unknown as { report: Record<string, string> }).report);

  it('blocks scripts that are not files of the app, and everything remote', async () => {
    const result = await report();
    for (const name of [
      'eval',
      'function',
      'string timer',
      'inline script',
      'inline handler',
      'blob script',
      'data script',
      'remote script',
      'remote image',
      'remote fetch',
      'remote websocket',
      'remote frame',
      'form',
      'base',
    ]) {
      expect(result[name], name).toMatch(/^blocked/);
    }
    expect(reached).toEqual([]);
  });

  it('lets run what the app needs, in an isolated page', async () => {
    const result = await report();
    for (const name of ['webassembly', 'own image', 'own worker', 'own websocket']) {
      expect(result[name], name).toMatch(/^(done|loaded)$/);
    }
    expect(result['isolated']).toBe('true');
  });

  it('is not shown inside another page, not even where the browser sends the cookie along', async () => {
    const other = await page.context().newPage();
    const { port } = outside.address() as AddressInfo;
    await other.goto(`http://127.0.0.1:${port}/embed`);
    const [cookie] = await other.context().cookies(`http://127.0.0.1:${server.port}/`);
    expect(cookie?.name).toBe(`creasebook-${server.port}`);
    const refused = other.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await other.evaluate((address) => {
      const frame = document.createElement('iframe');
      frame.src = address;
      document.body.append(frame);
    }, `http://127.0.0.1:${server.port}/`);
    await refused;
    const frames = await Promise.all(other.frames().map((frame) => frame.content()));
    expect(frames.join('')).not.toContain('attacks.js');
  });
});

it('every page of the app is built without inline scripts', () => {
  const html = readFileSync('dist/renderer/index.html', 'utf8');
  expect(html).toContain('<script');
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(html).not.toMatch(/\son\w+=/);
});
