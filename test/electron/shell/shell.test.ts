import { describe, expect, it, vi } from 'vitest';
import { ContractError } from '../../../electron/contract/contract.ts';
import { LabError } from '../../../electron/lab/disk/lab-error.ts';
import { createEventHub } from '../../../electron/contract/event-hub.ts';
import { runShell } from '../../../electron/shell/shell.ts';
import { until } from '../lab/queue/queue-fakes.ts';
import { stubRouter } from '../lab/calls/stub-router.ts';
import { FakeElectron, FakeWindow } from './fake-electron.ts';
import { noFiles, opened, said } from './opened-shell.ts';

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
