import { testGpuLosses } from '../../electron/compute/webgpu/gpu-host-cases.ts';
import { testDeviceLoss } from './loss-cases.ts';
import { describePage, useTestPages } from './page-host.ts';

describePage('a compute page in Chromium', () => {
  const pages = useTestPages();
  testGpuLosses(pages.start);
  testDeviceLoss(pages, "the browser's GPU process crashes", async () => {
    const session = await pages.browser().newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess');
  });
});
