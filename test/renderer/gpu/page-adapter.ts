/** Adapters for tests in a page: stands in for test/experiments/engines/webgpu/test-adapter.ts. */

/** A browser was started for these tests: without an adapter they fail. */
export const isWithoutGpu = false;

/** A fresh adapter, or why there is none. */
export async function requestTestAdapter(): Promise<GPUAdapter | string> {
  const gpu = navigator.gpu as GPU | undefined;
  return (await gpu?.requestAdapter()) ?? 'the browser has no WebGPU adapter';
}
