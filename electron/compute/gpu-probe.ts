/** What this machine's GPU is and what it reaches, or what is missing for one, in words for whoever asked for a GPU elsewhere. */
import { existsSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { GpuProbe } from '../../experiments/cluster/gpu-probe.ts';
import type { GpuFacts } from '../../experiments/tasks/gpu-protocol.ts';
import { chooseCard } from './gpu-card.ts';
import type { GpuHost } from './gpu-host.ts';
import { createNodeGpuHost } from './gpu-process.ts';

/** Files below `root` by which a system shows GPUs and drivers for them. */
const deviceFiles = ['dev/dri', 'dev/nvidiactl', 'dev/kfd', 'dev/dxg'];
const driverFolders = ['etc/vulkan/icd.d', 'usr/share/vulkan/icd.d', 'usr/local/share/vulkan/icd.d'];
const loaderFolders = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib64', 'usr/lib'];
/** Drivers that compute on the processor. */
const softwareDriver = /^(?:lvp|vk_swiftshader)/;

/** Cells side by side when the speed is measured: about a sweep. */
const probeCells = 8;

/** What a machine without a usable GPU lacks, as one sentence; `root` is where its files begin. */
export function lackingForGpu(root = '/'): string {
  if (!deviceFiles.some((path) => existsSync(join(root, path))))
    return 'No device of a GPU is visible here: ask the engine for nodes that have one.';
  const drivers = driverFolders.flatMap((path) => namesIn(join(root, path)));
  if (!drivers.some((name) => name.endsWith('.json') && !softwareDriver.test(name)))
    return `There is a GPU, and no Vulkan driver file for it (/${driverFolders[1]}): CUDA alone does not do. The driver's part for Vulkan has to be installed, and mapped into containers (NVIDIA_DRIVER_CAPABILITIES=all).`;
  const hasLoader = loaderFolders.some((path) => existsSync(join(root, path, 'libvulkan.so.1')));
  if (!hasLoader) return "Vulkan's loader is missing: install the package libvulkan1.";
  return 'There are a GPU and a Vulkan driver, and they do not come together: vulkaninfo there says more.';
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Why the GPU that was found must not train a job; null where it may. An adapter that computes on the processor is taken only
 * where VK_DRIVER_FILES names its driver: nobody who asked for a GPU is given the processor unasked.
 */
function obstacleOf({ adapter, isSoftware }: GpuFacts): string | null {
  if (!isSoftware || process.env['VK_DRIVER_FILES'] !== undefined) return null;
  return `Only ${adapter} was found, which computes on the processor. ${lackingForGpu()}`;
}

/** What a job can train on here; rejects with what is missing in words where that is nothing. */
export async function usableGpu(gpu: GpuHost): Promise<GpuFacts> {
  const facts = await gpu.facts().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason} ${lackingForGpu()}`, { cause: error });
  });
  const obstacle = obstacleOf(facts);
  if (obstacle !== null) throw new Error(obstacle);
  return facts;
}

/** Looks at the GPU of this machine, at the card of this number where one is given, and measures it. Never rejects. */
export async function probeGpu(card: number | null): Promise<GpuProbe> {
  const gpu = createNodeGpuHost();
  const host = hostname();
  try {
    if (card !== null) chooseCard(card);
    const { adapter } = await usableGpu(gpu);
    return { host, adapter, flopsPerSecond: await gpu.trainingSpeed(probeCells), obstacle: null };
  } catch (error) {
    const obstacle = error instanceof Error ? error.message : String(error);
    return { host, adapter: null, flopsPerSecond: 0, obstacle };
  } finally {
    await gpu.close();
  }
}
