import { expect, it } from 'vitest';
import { launchBrowser } from '../../e2e/browser.ts';
import { testGpuHost } from '../../electron/compute/webgpu/gpu-host-cases.ts';
import { hostOf } from '../../electron/compute/webgpu/gpu-host-runs.ts';
import { testDeviceLoss } from './loss-cases.ts';
import { describePage, useTestPages } from './page-host.ts';

describePage('a compute page in Chromium', () => {
  const pages = useTestPages();
  testGpuHost(pages.start);
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
