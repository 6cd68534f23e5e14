import { describe, expect, it, vi } from 'vitest';
import { ContractError } from '../../../electron/contract/contract.ts';
import { until } from '../lab/queue/queue-fakes.ts';
import { FakeContents, FakeFrame, FakeWindow } from './fake-electron.ts';
import { opened } from './opened-shell.ts';

describe('the scheme', () => {
  async function ask(
    url: string,
    init: RequestInit = {},
  ): Promise<{ status: number; body: string; headers: Headers }> {
    const { electron } = await opened();
    const handler = electron.handlers.get('creasebook') as unknown as (request: Request) => Promise<Response>;
    const request = { url, method: init.method ?? 'GET' } as Request;
    const response = await handler(request);
    return { status: response.status, body: await response.text(), headers: response.headers };
  }

  it('serves the page with its policy', async () => {
    const { status, body, headers } = await ask('creasebook://lab/');
    expect(status).toBe(200);
    expect(body).toContain('<title>page</title>');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it.each([
    ['creasebook://lab/../secret.js', 404],
    ['creasebook://lab/%2e%2e/secret.js', 404],
    ['creasebook://lab/..%2fsecret.js', 404],
    ['creasebook://lab/..%5csecret.js', 404],
    ['creasebook://lab/link.js', 404],
    ['creasebook://lab/up/secret.js', 404],
    ['creasebook://lab/.hidden.js', 404],
    ['creasebook://other/', 403],
    ['creasebook://lab@other/', 403],
    ['https://lab/', 403],
  ])('sends no byte for %s', async (url, expected) => {
    const { status, body } = await ask(url);
    expect([status, body]).toEqual([expected, '']);
  });

  it.each(['POST', 'PUT', 'DELETE'])('sends no byte for %s', async (method) => {
    const { status, body } = await ask('creasebook://lab/', { method });
    expect([status, body]).toEqual([405, '']);
  });
});

describe('messages of a page', () => {
  const call = { kind: 'call', id: 1, name: 'queue.read', parameters: {} };

  it('are answered on the page that sent them', async () => {
    const { electron, window } = await opened({
      'queue.read': () => Promise.reject(new ContractError('conflict', 'not now')),
    });
    electron.message(window.webContents, call);
    await until(() => window.webContents.sent.length === 1);
    expect(window.webContents.sent).toEqual([
      {
        channel: 'lab',
        message: { kind: 'error', id: 1, error: { code: 'conflict', message: 'not now' } },
      },
    ]);
  });

  it.each([
    [
      'a page elsewhere',
      (window: FakeWindow) => void (window.webContents.mainFrame.url = 'https://example.org/'),
    ],
    ['a frame that is gone', (window: FakeWindow) => void (window.webContents.mainFrame.destroyed = true)],
  ])('run no handler when they come from %s', async (_who, change) => {
    const handler = vi.fn(() => Promise.resolve(null as never));
    const { electron, window } = await opened({ 'queue.read': handler });
    change(window);
    electron.message(window.webContents, call);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(handler).not.toHaveBeenCalled();
    expect(window.webContents.sent).toEqual([]);
  });

  it('run no handler when they come from a frame in the page, a null frame, or other contents', async () => {
    const handler = vi.fn(() => Promise.resolve(null as never));
    const { electron, window } = await opened({ 'queue.read': handler });
    electron.message(window.webContents, call, new FakeFrame('creasebook://lab/'));
    electron.message(window.webContents, call, null);
    const stranger = new FakeContents();
    stranger.mainFrame = new FakeFrame('creasebook://lab/');
    electron.message(stranger, call);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(handler).not.toHaveBeenCalled();
  });

  it('are given up when the page is loaded again, crashes or closes', async () => {
    for (const end of [
      (window: FakeWindow) => window.webContents.navigate('creasebook://lab/'),
      (window: FakeWindow) => window.webContents.emit('render-process-gone', {}, { reason: 'crashed' }),
      (window: FakeWindow) => window.close(),
    ]) {
      const signals: AbortSignal[] = [];
      const { electron, window } = await opened({
        'queue.read': (_parameters, { signal }) => {
          signals.push(signal);
          return new Promise(() => undefined);
        },
      });
      electron.message(window.webContents, call);
      await until(() => signals.length === 1);
      window.webContents.emit('did-navigate-in-page', {}, 'creasebook://lab/#/queue', true);
      // A page that may not go where it wants to stays, with all that it has asked for.
      window.webContents.navigate('https://example.org/');
      expect(signals[0]?.aborted).toBe(false);
      end(window);
      expect(signals[0]?.aborted).toBe(true);
    }
  });

  it('begin anew after a reload, with the same numbers', async () => {
    const { electron, window } = await opened({ 'queue.read': () => new Promise(() => undefined) });
    const { webContents } = window;
    for (let load = 0; load < 3; load++) {
      electron.message(webContents, call);
      webContents.navigate('creasebook://lab/');
    }
    // Each load is heard by the same three listeners.
    expect(webContents.listenerCount('destroyed')).toBe(1);
    electron.message(webContents, { ...call, name: 'nothing' });
    await until(() => webContents.sent.length === 1);
    expect(webContents.sent[0]?.message).toMatchObject({ kind: 'error', error: { code: 'unknown-call' } });
  });

  it('bring events to every window, and none to one that is closed', async () => {
    const { electron, lab, window } = await opened({});
    electron.app.emit('activate');
    const file = electron.menu.find(({ label }) => label === 'File')
      ?.submenu as Electron.MenuItemConstructorOptions[];
    file.find(({ label }) => label === 'New Window')?.click?.({} as never, undefined, {} as never);
    const [, second] = FakeWindow.windows;
    if (second === undefined) throw new Error('no second window');
    for (const page of [window, second]) electron.message(page.webContents, { kind: 'cancel', id: 9 });
    lab.events.emit('notebook.changed', null);
    window.close();
    lab.events.emit('notebook.changed', null);
    expect(window.webContents.sent).toHaveLength(1);
    expect(second.webContents.sent).toHaveLength(2);
  });
});
