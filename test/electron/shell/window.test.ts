import { describe, expect, it, vi } from 'vitest';
import { until } from '../lab/queue/queue-fakes.ts';
import { FakeContents, FakeWindow } from './fake-electron.ts';
import { opened } from './opened-shell.ts';

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
