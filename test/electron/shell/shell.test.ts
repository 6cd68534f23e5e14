import { describe, expect, it, vi } from 'vitest';
import { ContractError } from '../../../electron/contract/contract.ts';
import { LabError } from '../../../electron/lab/disk/lab-error.ts';
import { createEventHub } from '../../../electron/contract/event-hub.ts';
import { runShell } from '../../../electron/shell/shell.ts';
import { until } from '../lab/queue/queue-fakes.ts';
import { stubRouter } from '../lab/calls/stub-router.ts';
import { FakeContents, FakeElectron, FakeFrame, FakeWindow } from './fake-electron.ts';
import { noFiles, opened, said } from './opened-shell.ts';

describe('a window of the app', () => {
  it('is sandboxed, isolated and without Node, and shows the app', async () => {
    const { window } = await opened();
    expect(window.options.webPreferences).toEqual({
      preload: '/app/dist/node/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
    });
    expect(window.loaded).toEqual(['creasebook://lab/']);
    expect(window.shown).toBe(false);
    window.emit('ready-to-show');
    expect(window.shown).toBe(true);
  });

  it('is there before the lab is opened, whose code is loaded after it', async () => {
    const { windowsBefore } = await opened();
    expect(windowsBefore).toBe(1);
  });

  it.each([
    ['its page is painted', (window: FakeWindow) => window.emit('ready-to-show')],
    ['its page has loaded', (window: FakeWindow) => window.webContents.emit('did-finish-load')],
    ['two seconds are over', () => vi.advanceTimersByTime(2000)],
  ])('is shown once, when %s', async (_what, happen) => {
    vi.useFakeTimers();
    try {
      const { window } = await opened();
      expect(window.showCalls).toBe(0);
      happen(window);
      expect(window.showCalls).toBe(1);
      window.emit('ready-to-show');
      window.webContents.emit('did-finish-load');
      vi.advanceTimersByTime(5000);
      expect(window.showCalls).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not shown once it is closed', async () => {
    vi.useFakeTimers();
    try {
      const { window } = await opened();
      window.close();
      window.webContents.emit('did-finish-load');
      vi.advanceTimersByTime(5000);
      expect(window.showCalls).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('comes back after its renderer crashed; the fourth time the person is asked', async () => {
    const { electron, window } = await opened();
    const crash = () => window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
    for (let crashes = 0; crashes < 10; crashes++) crash();
    expect(window.loaded).toHaveLength(4);
    expect(electron.questions).toEqual(['The page stopped again and again: it ran out of memory.']);
    electron.answer(0);
    await until(() => window.loaded.length === 5);
    for (let crashes = 0; crashes < 4; crashes++) crash();
    electron.answer(1);
    await until(() => window.isDestroyed());
  });

  it('asks what to do with a page that does not answer', async () => {
    const { electron, window } = await opened();
    window.emit('unresponsive');
    window.emit('unresponsive');
    expect(electron.questions).toEqual(['The page does not answer.']);
    electron.answer(0);
    await until(() => window.webContents.reloads === 1);
  });

  it('is sandboxed for the whole app, before it is ready, and its scheme known before that', async () => {
    const { electron } = await opened();
    const order = ['enableSandbox', 'registerSchemesAsPrivileged', 'whenReady'].map((call) =>
      electron.app.calls.indexOf(call),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(electron.schemes).toEqual([
      {
        scheme: 'creasebook',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: false },
      },
    ]);
  });
});

describe('a page', () => {
  async function guarded() {
    const { electron } = await opened();
    const contents = new FakeContents();
    electron.app.emit('web-contents-created', {}, contents);
    return { electron, contents };
  }

  it('stays in the app; links lead to the system’s browser', async () => {
    const { electron, contents } = await guarded();
    const go = (url: string) => contents.navigate(url);
    expect(go('creasebook://lab/#/queue')).toBe(true);
    expect(go('https://example.org/a')).toBe(false);
    expect(go('file:///etc/passwd')).toBe(false);
    expect(go('javascript:alert(1)')).toBe(false);
    expect(electron.external).toEqual(['https://example.org/a']);
  });

  it('has no frames that go anywhere, no redirects, no webviews', async () => {
    const { electron, contents } = await guarded();
    const frame = (url: string, isMainFrame: boolean) =>
      contents.tryEvent('will-frame-navigate', { url, isMainFrame });
    expect(frame('creasebook://lab/', true)).toBe(true);
    expect(frame('creasebook://lab/', false)).toBe(false);
    expect(frame('https://example.org/', false)).toBe(false);
    expect(frame('https://example.org/', true)).toBe(false);
    expect(contents.tryEvent('will-redirect', { url: 'https://example.org/' })).toBe(false);
    expect(contents.tryEvent('will-attach-webview', {})).toBe(false);
    // What the main frame itself wants to see is opened outside.
    expect(electron.external).toEqual(['https://example.org/']);
  });

  it('opens no windows', async () => {
    const { electron, contents } = await guarded();
    for (const url of ['https://example.org/', 'creasebook://lab/', 'javascript:1', 'about:blank']) {
      expect(contents.windowOpen({ url })).toEqual({ action: 'deny' });
    }
    expect(electron.external).toEqual(['https://example.org/']);
  });

  it.each([
    ['media', true, 'creasebook://lab/', false],
    ['geolocation', true, 'creasebook://lab/', false],
    ['clipboard-read', true, 'creasebook://lab/', false],
    ['clipboard-sanitized-write', true, 'creasebook://lab/', true],
    ['fullscreen', true, 'creasebook://lab/#/entry/1', true],
    ['clipboard-sanitized-write', false, 'creasebook://lab/', false],
    ['fullscreen', true, 'https://example.org/', false],
    ['fullscreen', true, undefined, false],
  ])('asks for %s (main frame: %s, of %s): %s', async (permission, isMainFrame, requestingUrl, granted) => {
    const { electron } = await opened();
    const details = { isMainFrame, requestingUrl };
    const answers: boolean[] = [];
    const request = electron.session.get('request') as unknown as (
      contents: unknown,
      permission: string,
      answer: (granted: boolean) => void,
      asked: typeof details,
    ) => void;
    request({}, permission, (isGranted) => answers.push(isGranted), details);
    const check = electron.session.get('check') as unknown as (
      contents: unknown,
      permission: string,
      origin: string,
      asked: typeof details,
    ) => boolean;
    answers.push(check({}, permission, 'creasebook://lab/', details));
    expect(answers).toEqual([granted, granted]);
  });

  it('has no device, and loads nothing from outside', async () => {
    const { electron } = await opened();
    expect((electron.session.get('device') as () => boolean)()).toBe(false);
    const cancelled = (url: string): boolean => {
      let result = false;
      electron.beforeRequest({ url }, ({ cancel }) => (result = cancel));
      return result;
    };
    expect(cancelled('https://example.org/x.js')).toBe(true);
    expect(cancelled('creasebook://lab/main.js')).toBe(false);
  });
});

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

describe('the app', () => {
  it('has its menu carried out by the focused window', async () => {
    const { electron, window } = await opened();
    const commands: unknown[] = [];
    const walk = (items: Electron.MenuItemConstructorOptions[]): void => {
      for (const { label, click, submenu } of items) {
        if (Array.isArray(submenu)) walk(submenu);
        if (click !== undefined && label !== 'New Window') click({} as never, undefined, {} as never);
      }
    };
    walk(electron.menu);
    for (const { message } of window.webContents.sent) commands.push((message as { value: unknown }).value);
    expect(commands).toEqual(
      ['new-sweep', 'notebook', 'queue', 'export', 'commands', 'help'].map((command) => ({ command })),
    );
  });

  it('zooms in without Shift, too, on keyboards where the plus sign needs it', async () => {
    const { electron } = await opened();
    const view = electron.menu.find(({ label }) => label === 'View');
    const items = view?.submenu as Electron.MenuItemConstructorOptions[];
    const keys = items.filter(({ role }) => role === 'zoomIn').map(({ accelerator }) => accelerator);
    expect(keys).toEqual([undefined, 'CmdOrCtrl+=']);
  });

  it('is known to the system by name, version and id', async () => {
    const { electron, window } = await opened({}, 'win32');
    expect(electron.app.calls).toEqual(
      expect.arrayContaining(['setName Creasebook', 'setAppUserModelId creasebook.lab', 'about 1.2.3']),
    );
    expect(window.options.icon).toBe('/app/icon.png');
  });

  it('keeps the place of its first window; a further one does not cover it', async () => {
    const { electron, window } = await opened();
    expect(window.options).toMatchObject({ name: 'notebook', windowStatePersistence: true });
    const file = electron.menu.find(({ label }) => label === 'File')
      ?.submenu as Electron.MenuItemConstructorOptions[];
    file.find(({ label }) => label === 'New Window')?.click?.({} as never, undefined, {} as never);
    expect(FakeWindow.windows.at(-1)?.options).toMatchObject({ x: 32, y: 32 });
    expect(FakeWindow.windows.at(-1)?.options.name).toBeUndefined();
  });

  it('opens a window for a command of the menu where there is none, as on macOS', async () => {
    const { electron, window } = await opened({}, 'darwin');
    window.close();
    expect(FakeWindow.windows).toEqual([]);
    const file = electron.menu.find(({ label }) => label === 'File')
      ?.submenu as Electron.MenuItemConstructorOptions[];
    file.find(({ label }) => label === 'Queue')?.click?.({} as never, undefined, {} as never);
    expect(FakeWindow.windows.map(({ loaded }) => loaded)).toEqual([['creasebook://lab/']]);
  });

  it('keeps the machine awake exactly while cells train', async () => {
    const { electron, busy } = await opened();
    busy(true);
    busy(true);
    expect(electron.blocker.running.size).toBe(1);
    expect(electron.blocker.kinds).toEqual(['prevent-app-suspension']);
    busy(false);
    busy(false);
    expect(electron.blocker.running.size).toBe(0);
    busy(true);
    expect(electron.blocker.running.size).toBe(1);
  });

  it('closes the lab before it ends, once', async () => {
    const { electron, lab } = await opened();
    electron.app.quit();
    electron.app.quit();
    await until(() => electron.app.exitCode === 0);
    expect(lab.closed).toBe(1);
  });

  it('ends within five seconds even where the lab does not', async () => {
    const { electron, lab } = await opened();
    lab.close = () => new Promise(() => undefined);
    vi.useFakeTimers();
    try {
      electron.app.quit();
      vi.advanceTimersByTime(5000);
      expect(electron.app.exitCode).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends with its last window, except on macOS', async () => {
    for (const [platform, ends] of [
      ['linux', true],
      ['win32', true],
      ['darwin', false],
    ] as const) {
      const { electron } = await opened({}, platform);
      electron.app.emit('window-all-closed');
      expect(electron.app.calls.includes('quit')).toBe(ends);
      const { electron: other, window } = await opened({}, platform);
      window.close();
      expect(other.app.calls.includes('quit')).toBe(ends);
    }
  });

  it('shows the window it has when it is started again', async () => {
    const { electron, window } = await opened();
    expect(electron.app.lockData).toEqual({ notebook: '/notes' });
    window.minimized = true;
    electron.app.emit('second-instance', {}, [], '/', { notebook: '/notes' });
    expect([window.minimized, window.focusCalls]).toEqual([false, 1]);
    expect(window.webContents.sent).toEqual([]);
  });

  it('says that it goes on with its notebook when it is started with another one', async () => {
    const { electron, window } = await opened();
    electron.app.emit('second-instance', {}, [], '/', { notebook: '/others' });
    expect(window.focusCalls).toBe(1);
    expect(window.webContents.sent.map(({ message }) => message)).toMatchObject([
      { name: 'app.notice', value: { message: expect.stringContaining('the other one') as string } },
    ]);
    for (const odd of [undefined, null, 7, {}]) electron.app.emit('second-instance', {}, [], '/', odd);
    expect(window.webContents.sent).toHaveLength(1);
  });

  it('leaves the notebook to the instance that runs already', async () => {
    const electron = new FakeElectron();
    electron.app.hasLock = false;
    const openLab = vi.fn();
    await runShell(electron.parts, { ...noFiles, platform: 'linux', openLab });
    expect(openLab).not.toHaveBeenCalled();
    expect(electron.app.calls).toContain('quit');
    expect(said.at(-1)).toContain('runs already');
  });

  it('says why the notebook cannot be opened, and ends', async () => {
    const electron = new FakeElectron();
    await runShell(electron.parts, {
      ...noFiles,
      platform: 'linux',
      openLab: () => Promise.reject(new LabError('disk-full', 'The disk is full.')),
    });
    expect(electron.errors).toEqual(['The disk is full.']);
    // Whoever started it knows by this code that the person has been told.
    expect(electron.app.exitCode).toBe(3);
  });

  it('is switched into the sandbox unless the command line has switched that off', async () => {
    expect((await opened()).electron.app.calls).toContain('enableSandbox');
    const electron = new FakeElectron();
    electron.app.given.set('no-sandbox', '');
    void runShell(electron.parts, {
      ...noFiles,
      platform: 'linux',
      openLab: () => new Promise(() => undefined),
    });
    expect(electron.app.calls).not.toContain('enableSandbox');
  });
});

describe('a start with a GPU that', () => {
  /** Starts with a lab that asks the GPU what it is before it opens, as the real one does. */
  function started(platform = 'linux') {
    const electron = new FakeElectron();
    const lab = {
      router: stubRouter({ 'queue.read': () => Promise.reject(new ContractError('conflict', 'answered')) }),
      events: createEventHub(),
      readOnlyBecause: null,
      takenOver: null,
      open: () => undefined,
      rest: () => Promise.resolve(),
      warmUp: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const running = runShell(electron.parts, {
      ...noFiles,
      platform,
      openLab: async (_onBusy, gpu) => {
        await gpu.facts().catch(() => undefined);
        return lab;
      },
    });
    return { electron, running };
  }

  const appWindow = () => FakeWindow.windows.find(({ loaded }) => loaded.includes('creasebook://lab/'));
  const gpuWindow = () =>
    FakeWindow.windows.find(({ loaded }) => loaded.includes('creasebook://lab/gpu/compute.html'));

  it.each([
    [
      'has no adapter',
      (window: FakeWindow) => {
        window.webContents.emit('did-finish-load');
        const [port] = window.webContents.posted[0]?.ports ?? [];
        port?.postMessage({ kind: 'unavailable', message: 'Chromium has no WebGPU adapter' });
      },
    ],
    [
      'dies',
      (window: FakeWindow) => window.webContents.emit('render-process-gone', {}, { reason: 'crashed' }),
    ],
  ])('%s shows the app and goes on', async (_what, fail) => {
    const { electron, running } = started();
    await until(() => gpuWindow() !== undefined);
    fail(gpuWindow() as FakeWindow);
    await running;
    expect(appWindow()?.isDestroyed()).toBe(false);
    expect([electron.app.exitCode, electron.app.calls.includes('quit')]).toEqual([null, false]);
  });

  it('never answers shows the app, and quits in good order', async () => {
    const { electron } = started();
    await until(() => appWindow() !== undefined);
    electron.app.quit();
    await vi.waitFor(() => expect(electron.app.exitCode).toBe(0), 10_000);
  });

  it('takes its time has the page’s calls wait, and answers them in the end', async () => {
    const { electron, running } = started();
    await until(() => gpuWindow() !== undefined);
    const page = appWindow() as FakeWindow;
    electron.message(page.webContents, { kind: 'call', id: 1, name: 'queue.read', parameters: {} });
    // What a page asked for that was loaded again meanwhile is forgotten.
    page.webContents.navigate('creasebook://lab/');
    electron.message(page.webContents, { kind: 'call', id: 2, name: 'queue.read', parameters: {} });
    gpuWindow()?.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    await running;
    await until(() => page.webContents.sent.length === 1);
    expect(page.webContents.sent.map(({ message }) => message)).toMatchObject([{ kind: 'error', id: 2 }]);
  });
});
