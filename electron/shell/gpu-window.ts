/** The GPU of the app in Electron: a hidden window whose worker computes on Chromium's WebGPU, driven over a port. */
import type { App, BrowserWindow, BrowserWindowConstructorOptions, MessagePortMain } from 'electron';
import { z } from 'zod';
import type { FromGpu } from '../../experiments/tasks/gpu-protocol.ts';
import type { GpuStarter } from '../compute/gpu-link.ts';
import { computePagePath } from '../contract/compute-port.ts';
import { appPage } from '../policy/origins.ts';
import { computeChannel } from './channel.ts';
import { pagePreferences } from './window.ts';

/** What a hidden window needs. */
export interface GpuWindowParts {
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly MessageChannelMain: new () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain };
  /** Path of the built preload script that hands the port on. */
  readonly preload: string;
  /** Chromium's record of the graphics cards: pages are told neither card nor driver. */
  readonly gpuInfo: () => Promise<unknown>;
}

const gpuRecord = z.object({
  gpuDevice: z.array(
    z.object({
      active: z.boolean().optional(),
      vendorId: z.number().optional(),
      deviceId: z.number().optional(),
      driverVendor: z.string().optional(),
      driverVersion: z.string().optional(),
    }),
  ),
});
/** Collecting the record can take long on some systems. */
const recordMs = 5_000;

/** Card and driver in words, as far as Chromium knows them; empty where it does not say in time. */
export async function driverText(gpuInfo: () => Promise<unknown>): Promise<string> {
  const late = new Promise((resolve) => setTimeout(resolve, recordMs, null).unref());
  const record = gpuRecord.safeParse(await Promise.race([gpuInfo().catch(() => null), late]));
  const devices = record.data?.gpuDevice ?? [];
  const device = devices.find(({ active }) => active === true) ?? devices[0];
  if (device === undefined) return '';
  const { vendorId = 0, deviceId = 0, driverVendor = '', driverVersion = '' } = device;
  const hex = (id: number): string => id.toString(16).padStart(4, '0');
  const driver = [driverVendor, driverVersion].filter(Boolean).join(' ');
  const card = deviceId === 0 ? [] : [`card ${hex(vendorId)}:${hex(deviceId)}`];
  return [...card, ...(driver === '' ? [] : [`driver ${driver}`])].join(', ');
}

/**
 * Asks for WebGPU where Chromium does not have it by itself. Call before the app is ready. Not under Wayland: with Vulkan
 * Chromium shows no window at all there, so that the app computes on the CPU (or starts with --ozone-platform=x11).
 */
export function allowWebgpu(
  { commandLine }: Pick<App, 'commandLine'>,
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  if (platform !== 'linux' || isWayland(commandLine.getSwitchValue('ozone-platform'), environment)) return;
  commandLine.appendSwitch('enable-unsafe-webgpu');
  commandLine.appendSwitch('enable-features', 'Vulkan');
}

/** Whether windows are Wayland's own: as the command line says, else in every session that has it. */
function isWayland(chosen: string, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (chosen === 'x11' || chosen === 'wayland') return chosen === 'wayland';
  return environment['XDG_SESSION_TYPE'] === 'wayland' || (environment['WAYLAND_DISPLAY'] ?? '') !== '';
}

/** Options of the hidden window: a page like the app's own that works on while nobody sees it. */
export function gpuWindowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    title: 'Creasebook computes here',
    show: false,
    skipTaskbar: true,
    focusable: false,
    webPreferences: { ...pagePreferences(preload), backgroundThrottling: false },
  };
}

/** Starts hidden windows that compute. The window ends with its link, and the link with its window. */
export function gpuWindowStarter(parts: GpuWindowParts): GpuStarter {
  const { BrowserWindow, MessageChannelMain, preload, gpuInfo } = parts;
  return (onMessage, onEnd) => {
    const window = new BrowserWindow(gpuWindowOptions(preload));
    const { port1: port, port2: pagePort } = new MessageChannelMain();
    const { webContents } = window;
    let isOver = false;
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      port.close();
      if (!window.isDestroyed()) window.destroy();
      onEnd(reason);
    };
    const hear = (message: FromGpu): void => {
      if (!isOver) onMessage(message);
    };
    port.on('message', ({ data }) => {
      const message = data as FromGpu;
      if (message.kind !== 'ready') return hear(message);
      const { adapter } = message.facts;
      void driverText(gpuInfo).then((driver) => {
        const named = [adapter, driver].filter(Boolean).join(', ');
        hear({ ...message, facts: { ...message.facts, adapter: named } });
      });
    });
    port.on('close', () => end('the compute window gave its port up'));
    port.start();
    webContents.once('did-finish-load', () => webContents.postMessage(computeChannel, null, [pagePort]));
    webContents.once('did-fail-load', (_event, _code, words) =>
      end(`the compute window did not load: ${words}`),
    );
    webContents.once('preload-error', (_event, _path, { message }) =>
      end(`the compute window did not load: ${message}`),
    );
    webContents.once('render-process-gone', (_event, { reason }) =>
      end(`the process of the compute window ended (${reason})`),
    );
    window.once('closed', () => end('the compute window closed'));
    // What goes wrong is told by the events above.
    window.loadURL(appPage + computePagePath).catch(() => undefined);
    return {
      post: (message) => {
        // What is posted to a window that is gone is answered by its end.
        if (!isOver) port.postMessage(message);
      },
      kill: () => end('the compute window was ended'),
    };
  };
}
