/** Adapters for tests in Node: Dawn on whatever Vulkan driver there is, by default the software driver beside Chromium. */
import { existsSync } from 'node:fs';
import { requestDawnAdapter } from '../../../../electron/compute/dawn.ts';
import { softwareDriver } from './software-driver.ts';

/** Chooses the software driver where nobody chose one. Must run before Dawn is loaded. */
function chooseDriver(): void {
  if (process.env['VK_DRIVER_FILES'] === undefined && existsSync(softwareDriver)) {
    process.env['VK_DRIVER_FILES'] = softwareDriver;
  }
}

chooseDriver();
const found = await requestDawnAdapter();

/** Whether tests that need a GPU are left out: there is none, and nobody insists on it by setting CI. */
export const isWithoutGpu = typeof found === 'string' && !process.env['CI'];
if (isWithoutGpu) {
  process.stderr.write(
    `GPU tests are skipped: ${found}. Debian's chromium package has a software adapter.\n`,
  );
}

/** A fresh adapter, or why there is none. */
export const requestTestAdapter = requestDawnAdapter;
