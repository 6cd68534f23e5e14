import { describe, expect, it } from 'vitest';
import { createGpuHost } from '../../../electron/compute/gpu-host.ts';
import { driverText, gpuWindowStarter } from '../../../electron/shell/gpu-window.ts';
import type { FromGpu } from '../../../experiments/tasks/gpu-protocol.ts';
import { initialParameters } from '../../../experiments/network/initialization.ts';
import { FakeElectron, FakeWindow, type FakePort } from './fake-electron.ts';

const facts = { adapter: 'Some Card', isSoftware: false };
const preload = '/app/dist/node/gpu-preload.cjs';

/** What Chromium tells of its graphics cards. */
const gpuInfo = (): Promise<unknown> => Promise.resolve({ gpuDevice: [] });

/** Windows of a fake Electron whose pages answer what `answer` says. */
function fakeStarter() {
  const { BrowserWindow, MessageChannelMain } = new FakeElectron().parts;
  return gpuWindowStarter({ BrowserWindow, MessageChannelMain, preload, gpuInfo });
}

/** Loads the page of the last window; its port, on which messages are kept. */
function loadedPage(): { window: FakeWindow; port: FakePort; received: unknown[] } {
  const window = FakeWindow.windows.at(-1);
  window?.webContents.emit('did-finish-load');
  const port = window?.webContents.posted[0]?.ports[0];
  if (window === undefined || port === undefined) throw new Error('no page with a port');
  const received: unknown[] = [];
  port.on('message', ({ data }) => received.push(data));
  port.start();
  return { window, port, received };
}

const shape = { hidden: [2], outputs: 1 };
const request = {
  network: {
    shape,
    slope: 0,
    parameters: initialParameters(shape, 'he-normal', 1),
    output: 'affine' as const,
  },
  view: { x0: 0, y0: 0, x1: 1, y1: 1 },
  width: 2,
  height: 1,
  planes: {},
};
const frame = { width: 2, rows: { start: 0, end: 1 }, outputs: 1, values: new Float32Array([0.25, 0.5]) };

/** Has the page answer a frame. */
function answer(port: FakePort, id: number): void {
  const messages: FromGpu[] = [
    { kind: 'frame', id, frame },
    { kind: 'done', id },
  ];
  for (const message of messages) port.postMessage(message);
}

describe('the window that computes', () => {
  it('is hidden, sandboxed and awake, and loads the compute page with a port of its own', () => {
    fakeStarter()(
      () => undefined,
      () => undefined,
    );
    const [window] = FakeWindow.windows;
    expect(window?.options).toMatchObject({ show: false, focusable: false, skipTaskbar: true });
    expect(window?.options.webPreferences).toMatchObject({
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      backgroundThrottling: false,
    });
    expect(window?.loaded).toEqual(['creasebook://lab/gpu/compute.html']);
    expect(window?.webContents.posted).toEqual([]);
    expect(loadedPage().window.webContents.posted).toMatchObject([
      { channel: 'compute-port', message: null, ports: [expect.anything()] },
    ]);
  });

  it('gets tasks and answers them over the port, and closes in good order', async () => {
    const host = createGpuHost(fakeStarter());
    const rendered = host.renderFrame(request);
    const { window, port } = loadedPage();
    port.postMessage({ kind: 'ready', facts });
    answer(port, 1);
    expect((await rendered).values).toEqual(frame.values);
    expect(await host.facts()).toEqual(facts);
    port.on('message', ({ data }) => {
      if ((data as { kind: string }).kind === 'close') window.close();
    });
    await host.close();
    expect(window.isDestroyed()).toBe(true);
    expect(FakeWindow.windows).toEqual([]);
  });

  it('is closed when there is nothing to do for a while, and opened again for the next task', async () => {
    const host = createGpuHost(fakeStarter(), { idleMs: 20 });
    const rendered = host.renderFrame(request);
    const first = loadedPage();
    first.port.on('message', ({ data }) => {
      if ((data as { kind: string }).kind === 'close') first.window.close();
    });
    first.port.postMessage({ kind: 'ready', facts });
    await new Promise((resolve) => setTimeout(resolve, 100));
    // It has a task.
    expect(first.window.isDestroyed()).toBe(false);
    answer(first.port, 1);
    await rendered;
    await expect.poll(() => first.window.isDestroyed()).toBe(true);
    const again = host.renderFrame(request);
    const second = loadedPage();
    answer(second.port, 1);
    expect((await again).values).toEqual(frame.values);
    void host.close();
  });

  it('is replaced when it is lost, and its tasks go on in the next one', async () => {
    const losses: ((window: FakeWindow, port: FakePort) => void)[] = [
      (window) => window.webContents.emit('render-process-gone', {}, { reason: 'oom' }),
      (window) => window.close(),
      (_window, port) => port.close(),
    ];
    for (const lose of losses) {
      const host = createGpuHost(fakeStarter());
      const rendered = host.renderFrame(request);
      const first = loadedPage();
      lose(first.window, first.port);
      expect(first.window.isDestroyed()).toBe(true);
      await expect.poll(() => FakeWindow.windows.at(-1)).toBeDefined();
      const second = loadedPage();
      expect(second.window).not.toBe(first.window);
      answer(second.port, 1);
      expect((await rendered).values).toEqual(frame.values);
    }
  });

  it('tells why it cannot be loaded, or what its page says', async () => {
    const failures: [(window: FakeWindow) => void, string][] = [
      [
        ({ webContents }) => webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND'),
        'the compute window did not load: ERR_FILE_NOT_FOUND',
      ],
      [
        ({ webContents }) => webContents.emit('preload-error', {}, preload, new Error('no such file')),
        'the compute window did not load: no such file',
      ],
      [
        () =>
          loadedPage().port.postMessage({ kind: 'unavailable', message: 'Chromium has no WebGPU adapter' }),
        'Chromium has no WebGPU adapter',
      ],
    ];
    for (const [fail, words] of failures) {
      const host = createGpuHost(fakeStarter());
      const asked = host.facts();
      const [window] = FakeWindow.windows;
      if (window !== undefined) fail(window);
      await expect(asked).rejects.toThrow(`No GPU can be used: ${words}.`);
      expect(window?.isDestroyed()).toBe(true);
    }
  });
});

describe('the text that tells graphics cards apart', () => {
  it('has card and driver of the one that works, which pages are not told', async () => {
    const { BrowserWindow, MessageChannelMain } = new FakeElectron().parts;
    const cards = {
      gpuDevice: [
        { active: false, vendorId: 0x8086, deviceId: 0x9a49, driverVersion: '1' },
        {
          active: true,
          vendorId: 0x10de,
          deviceId: 0x2204,
          driverVendor: 'NVIDIA',
          driverVersion: '550.54.14',
        },
      ],
    };
    const parts = { BrowserWindow, MessageChannelMain, preload, gpuInfo: () => Promise.resolve(cards) };
    const host = createGpuHost(gpuWindowStarter(parts));
    const told = host.facts();
    loadedPage().port.postMessage({ kind: 'ready', facts });
    expect(await told).toEqual({ ...facts, adapter: 'Some Card, card 10de:2204, driver NVIDIA 550.54.14' });
    void host.close();
  });

  it('is empty where Chromium does not tell', async () => {
    for (const answer of [{}, null, { gpuDevice: [{}] }, { gpuDevice: 'none' }]) {
      expect(await driverText(() => Promise.resolve(answer))).toBe('');
    }
    expect(await driverText(() => Promise.reject(new Error('no record')))).toBe('');
  });
});
