/** What Chromium is asked for so that it has WebGPU, and what is remembered of a start that had none. */
import type { App } from 'electron';
import type { GpuStarter } from '../compute/gpu-link.ts';

/**
 * How the last starts went with Vulkan, which Chromium's own adapters need on some systems under X11 but which also
 * paints every window: not needed so far; to be tried at the next start; a start with it that has not told its outcome
 * (yet, or ever); an adapter was found with it; none was found with it, or the start never told.
 */
export type VulkanTrial = 'unneeded' | 'try' | 'trying' | 'works' | 'fails';

/** What is known before the app is ready. */
export interface GraphicsFacts {
  readonly platform: string;
  readonly arch: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the outcome of the last start stands. */
  readonly trial: VulkanTrial;
}

/**
 * Asks for WebGPU where Chromium does not have it by itself (gpuweb wiki, Implementation Status). Call before the app is
 * ready. Returns the trial as it stands while this start runs. Vulkan never under Wayland: Chromium shows no windows
 * with it there.
 */
export function allowWebgpu(
  { commandLine }: Pick<App, 'commandLine'>,
  { platform, arch, environment, trial }: GraphicsFacts,
): VulkanTrial {
  // A GPU that WebGPU is not trusted with may still compute; nothing that is painted changes.
  if (platform === 'linux' || (platform === 'win32' && arch === 'arm64'))
    commandLine.appendSwitch('enable-unsafe-webgpu');
  if (platform !== 'linux' || isWayland(commandLine.getSwitchValue('ozone-platform'), environment))
    return trial;
  if (trial === 'trying') return 'fails';
  if (trial !== 'try' && trial !== 'works') return trial;
  commandLine.appendSwitch('use-angle', 'vulkan');
  // Appending replaces what stands there already.
  const given = commandLine.getSwitchValue('enable-features').split(',').filter(Boolean);
  const features = [...new Set([...given, 'Vulkan', 'VulkanFromANGLE'])];
  commandLine.appendSwitch('enable-features', features.join(','));
  return trial === 'works' ? trial : 'trying';
}

/** The trial after it is known whether an adapter was found: Vulkan is tried once where there was none without it. */
export function trialAfter(
  trial: VulkanTrial,
  hasAdapter: boolean,
  { platform, environment }: Pick<GraphicsFacts, 'platform' | 'environment'>,
  ozone: string,
): VulkanTrial {
  if (platform !== 'linux' || isWayland(ozone, environment)) return trial;
  if (trial === 'trying' || trial === 'works') return hasAdapter ? 'works' : 'fails';
  return trial === 'unneeded' && !hasAdapter ? 'try' : trial;
}

/** The starter, with a word to `told` whether a page found an adapter. */
export function watchedStarter(start: GpuStarter, told: (hasAdapter: boolean) => void): GpuStarter {
  return (onMessage, onEnd) =>
    start((message) => {
      if (message.kind === 'ready') told(!message.facts.isSoftware);
      else if (message.kind === 'unavailable') told(false);
      onMessage(message);
    }, onEnd);
}

/** Whether windows are Wayland's own: as the command line says, else in every session that has it. */
function isWayland(chosen: string, environment: GraphicsFacts['environment']): boolean {
  if (chosen === 'x11' || chosen === 'wayland') return chosen === 'wayland';
  return environment['XDG_SESSION_TYPE'] === 'wayland' || (environment['WAYLAND_DISPLAY'] ?? '') !== '';
}
