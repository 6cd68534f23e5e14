/** Dawn, the WebGPU of Node hosts. Never load it in the main process: while it waits it takes a whole core. */
import { tmpdir } from 'node:os';

/** Kernels write workgroup memory before they read it; clearing it is slow, on software adapters very. */
const options = ['enable-dawn-features=disable_workgroup_init'];

/** An instance must live as long as its devices: a collected one takes them along. */
let instance: GPU | undefined;

/**
 * A fresh adapter (each gives one device), or why there is none. VK_DRIVER_FILES of the environment chooses a Vulkan
 * driver; it is read when this is called first.
 */
export async function requestDawnAdapter(): Promise<GPUAdapter | string> {
  // Vulkan drivers look for their sockets there and complain where it is not set.
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir();
  try {
    const { create } = await import('webgpu');
    instance ??= create(options);
    return (await instance.requestAdapter({ powerPreference: 'high-performance' })) ?? 'no Vulkan adapter';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
