/** A GPUDevice for tests, of whatever gives adapters where they run: a process of Node or a page of Chromium. */
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { deviceRequest } from '../../../../experiments/engines/webgpu/device-request.ts';
import { GpuContext } from '../../../../experiments/engines/webgpu/gpu-context.ts';
import { scarceDevice } from './scarce-device.ts';
import { isWithoutGpu, requestTestAdapter } from './test-adapter.ts';

/** Limits of a device, by their names in the specification. */
type Limits = Readonly<Record<string, number>>;

/** A new device, with these limits in the place of its adapter's; an adapter is consumed by the one device it gives. */
async function createTestDevice(limits: Limits = {}): Promise<GPUDevice> {
  const adapter = await requestTestAdapter();
  if (typeof adapter === 'string') throw new Error(`The tests need a GPU adapter: ${adapter}.`);
  const request = deviceRequest(adapter);
  return adapter.requestDevice({ ...request, requiredLimits: { ...request.requiredLimits, ...limits } });
}

/** describe() for tests that need a GPU: skipped with a message where there is none, but with CI set they fail. */
export const describeGpu = describe.skipIf(isWithoutGpu);

/** What tests see of the device. */
export interface TestGpu {
  readonly context: GpuContext;
  /** A device of its own, with limits of its own, whose errors are not looked at, for tests that lose it. */
  expendable(limits?: Limits): Promise<GpuContext>;
  /** Such a device without memory for the buffers that `refuses` says, by their labels. */
  scarce(refuses: (label: string) => boolean): Promise<GpuContext>;
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
    const another = async (limits?: Limits): Promise<GPUDevice> => {
      const other = await createTestDevice(limits);
      devices.push(other);
      return other;
    };
    gpu = {
      context: new GpuContext(device, clock),
      expendable: async (limits) => new GpuContext(await another(limits), clock),
      scarce: async (refuses) => new GpuContext(scarceDevice(await another(), refuses), clock),
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
