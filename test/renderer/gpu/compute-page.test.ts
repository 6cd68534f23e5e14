import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gpuPreloadPath } from '../../../electron/program/assets.ts';
import { launchBrowser } from '../../e2e/browser.ts';
import { testGpuHost } from '../../electron/compute/webgpu/gpu-host-cases.ts';
import { hostOf } from '../../electron/compute/webgpu/gpu-host-runs.ts';
import { testDeviceLoss } from './loss-cases.ts';
import { describePage, useTestPages } from './page-host.ts';

describePage('a compute page in Chromium', () => {
  const pages = useTestPages();
  testGpuHost(pages.start);

  it('takes its port from the preload script, which runs in a world of its own', async () => {
    const page = await pages.browser().newPage();
    await page.goto(pages.host().address);
    const session = await page.context().newCDPSession(page);
    const { frameTree } = await session.send('Page.getFrameTree');
    const world = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
    const { result } = await session.send('Runtime.evaluate', {
      contextId: world.executionContextId,
      awaitPromise: true,
      returnByValue: true,
      expression: `new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(data);
        const ipcRenderer = { once: (_channel, listener) => listener({ ports: [port2] }) };
        ((require) => {${readFileSync(gpuPreloadPath(), 'utf8')}})(() => ({ ipcRenderer }));
      })`,
    });
    expect(result.value).toEqual({
      kind: 'ready',
      facts: { adapter: expect.stringContaining('swiftshader'), isSoftware: true },
    });
    await page.close();
  });

  testDeviceLoss(pages, 'its device is destroyed in mid-training', async () => {
    const [worker] = pages.host().pages.at(-1)?.workers() ?? [];
    await worker?.evaluate(() => {
      const begin = GPUDevice.prototype.createCommandEncoder;
      GPUDevice.prototype.createCommandEncoder = function (descriptor) {
        this.destroy();
        return begin.call(this, descriptor);
      };
    });
  });
});

describePage('a compute page in a Chromium without WebGPU', () => {
  const pages = useTestPages(launchBrowser);

  it('says so, and is closed', async () => {
    await expect(hostOf(pages.start).facts()).rejects.toThrow(
      'No GPU can be used: Chromium has no WebGPU adapter.',
    );
    await expect.poll(() => pages.host().pages.map((page) => page.isClosed())).toEqual([true]);
  });
});
