/** A deep network in a real browser, by the lab and by onnxruntime. */
import { expect, test } from 'vitest';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { appPage } from './app-page.ts';
import { isWithoutBrowser, launchBrowser } from './browser.ts';
import { servedLab } from './lab-server.ts';
import { expectAgreement } from './network-check.ts';

test.skipIf(isWithoutBrowser)('onnxruntime agrees with the lab on 20 layers of 100', async () => {
  const served = await servedLab(scratchFolder());
  const browser = await launchBrowser();
  try {
    // Of 2000 neurons, 2.8e-4 of the hashes differ from those of float64 in either implementation.
    await expectAgreement(await appPage(browser, served), 'ring-n5000-deep.safetensors', 0.9999);
  } finally {
    await browser.close();
    await served.close();
  }
  expect(browser.isConnected()).toBe(false);
});
