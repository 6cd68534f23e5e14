/** The shell over a fake Electron and a lab without a notebook. */
import type { GpuHost } from '../../../electron/compute/gpu-host.ts';
import type { OpenRequest } from '../../../electron/contract/app.ts';
import { createEventHub } from '../../../electron/contract/event-hub.ts';
import type { CallHandlers } from '../../../electron/lab/calls/router.ts';
import type { Lab } from '../../../electron/lab/lab.ts';
import type { VulkanTrial } from '../../../electron/shell/graphics.ts';
import { runShell, type ShellOptions } from '../../../electron/shell/shell.ts';
import { stubRouter } from '../lab/calls/stub-router.ts';
import { rendererSample } from '../serve/serve-tools.ts';
import { FakeElectron, FakeWindow } from './fake-electron.ts';

/** Lines of the log since the last start. */
export const noted: string[] = [];
/** What the program printed since the last start. */
export const said: string[] = [];
/** Options that name no file that is there. */
export const noFiles = {
  rendererFolder: '',
  preload: '',
  gpuPreload: '',
  icon: '/app/icon.png',
  version: '1.2.3',
  arch: 'x64',
  environment: {},
  notebook: '/notes',
  log: { path: '/app/main.log', note: (line: string) => void noted.push(line) },
  words: [] as string[],
  folder: '/',
  trials: { read: (): VulkanTrial => 'unneeded', write: () => undefined },
  say: (line: string) => void said.push(line),
};

export interface Opened {
  readonly electron: FakeElectron;
  readonly lab: Lab & { closed: number; readonly requests: OpenRequest[]; readonly rests: boolean[] };
  readonly window: FakeWindow;
  readonly gpu: GpuHost;
  /** Windows that were there when the lab was to be opened. */
  readonly windowsBefore: number;
  busy(isBusy: boolean): void;
}

/** An app that is open. */
export async function opened(
  handlers: Partial<CallHandlers> = {},
  platform = 'linux',
  options: Partial<Pick<ShellOptions, 'words' | 'folder'>> = {},
  electron = new FakeElectron(),
  beforeReady: () => void = () => undefined,
): Promise<Opened> {
  const lab = {
    router: stubRouter(handlers),
    events: createEventHub(),
    readOnlyBecause: null,
    takenOver: null,
    warmUp: () => Promise.resolve(),
    requests: [] as OpenRequest[],
    open: (request: OpenRequest) => void lab.requests.push(request),
    rests: [] as boolean[],
    rest: (isAsleep: boolean) => {
      lab.rests.push(isAsleep);
      return Promise.resolve();
    },
    closed: 0,
    close: () => {
      lab.closed += 1;
      return Promise.resolve();
    },
  };
  said.length = 0;
  noted.length = 0;
  let busy: (isBusy: boolean) => void = () => undefined;
  let gpu: GpuHost | undefined;
  let windowsBefore = 0;
  const running = runShell(electron.parts, {
    ...noFiles,
    ...options,
    rendererFolder: rendererSample(),
    preload: '/app/dist/node/preload.cjs',
    gpuPreload: '/app/dist/node/gpu-preload.cjs',
    platform,
    openLab: (onBusy, host) => {
      windowsBefore = FakeWindow.windows.length;
      busy = onBusy;
      gpu = host;
      return Promise.resolve(lab);
    },
  });
  beforeReady();
  await running;
  const [window] = FakeWindow.windows;
  if (window === undefined || gpu === undefined) throw new Error('no window was opened');
  return { electron, lab, window, gpu, windowsBefore, busy };
}
