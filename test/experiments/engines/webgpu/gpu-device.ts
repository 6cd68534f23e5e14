/** A GPUDevice for tests: Dawn on whatever Vulkan driver there is, by default the software driver beside Chromium. */
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { requestDawnAdapter } from '../../../../electron/compute/dawn.ts';
import { deviceRequest } from '../../../../experiments/engines/webgpu/device-request.ts';
import { GpuContext } from '../../../../experiments/engines/webgpu/gpu-context.ts';

const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Chooses the software driver where nobody chose one. Must run before Dawn is loaded. */
function chooseDriver(): void {
  if (process.env['VK_DRIVER_FILES'] === undefined && existsSync(softwareDriver)) {
    process.env['VK_DRIVER_FILES'] = softwareDriver;
  }
}

chooseDriver();
const found = await requestDawnAdapter();
const isRequired = Boolean(process.env['CI']);
if (typeof found === 'string' && !isRequired) {
  process.stderr.write(
    `GPU tests are skipped: ${found}. Debian's chromium package has a software adapter.\n`,
  );
}

/** A new device; an adapter is consumed by the one device it gives. */
export async function createTestDevice(): Promise<GPUDevice> {
  const adapter = await requestDawnAdapter();
  if (typeof adapter === 'string') throw new Error(`The tests need a GPU adapter: ${adapter}.`);
  return adapter.requestDevice(deviceRequest(adapter));
}

/** describe() for tests that need a GPU: skipped with a message where there is none, but with CI set they fail. */
export const describeGpu = describe.skipIf(typeof found === 'string' && !isRequired);

/** What tests see of the device. */
export interface TestGpu {
  readonly context: GpuContext;
  /** A device of its own, whose errors are not looked at, for tests that lose it. */
  expendable(): Promise<GpuContext>;
}

/**
 * One device for the tests of the describe block around the call. A validation error fails the test during which it
 * came; everything is destroyed at the end.
 */
export function useTestGpu(): () => TestGpu {
  let gpu: TestGpu | undefined;
  const devices: GPUDevice[] = [];
  const errors: string[] = [];
  const clock = (): number => performance.now();
  beforeAll(async () => {
    const device = await createTestDevice();
    devices.push(device);
    device.onuncapturederror = ({ error }) => errors.push(error.message);
    gpu = {
      context: new GpuContext(device, clock),
      async expendable() {
        const other = await createTestDevice();
        devices.push(other);
        return new GpuContext(other, clock);
      },
    };
    device.pushErrorScope('validation');
  });
  afterEach(async () => {
    const device = devices[0];
    const scoped = await device.popErrorScope();
    device.pushErrorScope('validation');
    if (scoped !== null) errors.push(scoped.message);
    expect(errors.splice(0), 'validation errors').toEqual([]);
  });
  afterAll(() => {
    gpu?.context.dispose();
    for (const device of devices) device.destroy();
  });
  return () => {
    if (gpu === undefined) throw new Error('The device exists during tests only.');
    return gpu;
  };
}
