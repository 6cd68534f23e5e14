/** The app in Electron, over the parts of Electron that it is given. */
import { createGpuHost, type GpuHost } from '../compute/gpu-host.ts';
import { contractErrorFrom } from '../lab/calls/contract-errors.ts';
import type { Lab } from '../lab/lab.ts';
import { appId } from '../program/app-id.ts';
import { toldExitCode } from '../program/exit-codes.ts';
import { appWindows } from './app-windows.ts';
import type { ElectronParts } from './electron-parts.ts';
import { gpuWindowStarter } from './gpu-window.ts';
import { allowWebgpu, trialAfter, watchedStarter, type VulkanTrial } from './graphics.ts';
import { guardContents, guardSession } from './guards.ts';
import { hearApp, hearLab, type Ears } from './hear-app.ts';
import { hostIpc } from './ipc.ts';
import type { MainLog } from './main-log.ts';
import { openDoor } from './open-requests.ts';
import { schemePrivileges, serveScheme } from './protocol.ts';
import { endInGoodOrder } from './quit.ts';
import { sleepGuard } from './sleep.ts';
import type { TrialKeeper } from './trial-file.ts';

/** Where the shell finds its files, and on what system. */
export interface ShellOptions {
  readonly rendererFolder: string;
  /** Path of the built preload script. */
  readonly preload: string;
  /** Path of the built preload script of the window that computes. */
  readonly gpuPreload: string;
  /** Path of the picture that windows show on Linux. */
  readonly icon?: string;
  /** The program's version. */
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly trials: TrialKeeper;
  readonly log: MainLog;
  /** The words that the program was started with, and the folder where. */
  readonly words: readonly string[];
  readonly folder: string;
  /** The folder of the notebook that `openLab` opens. */
  readonly notebook: string;
  /** Opens the notebook; `onBusy` is told while cells train. The lab closes the GPU's host. */
  openLab(onBusy: (busy: boolean) => void, gpu: GpuHost): Promise<Lab>;
  /** Prints a line for whoever started the app in a terminal. */
  say(line: string): void;
}

/** The window that computes is closed after so long without work, and opened again for the next. */
const gpuIdleMs = 300_000;

/** Runs the app. Resolves when its window and its lab are open, or when another instance was told to show itself. */
export async function runShell(electron: ElectronParts, options: ShellOptions): Promise<void> {
  const { app, protocol, session, shell } = electron;
  introduce(app, options);
  // Where the sandbox was switched off from outside, it is off already: half of it would only keep children from starting.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  const trial = tryGraphics(electron, options);
  protocol.registerSchemesAsPrivileged([schemePrivileges]);
  const { notebook } = options;
  if (!app.requestSingleInstanceLock({ notebook })) {
    options.say('Creasebook runs already: its window comes to the front.');
    app.quit();
    return;
  }
  const door = openDoor(app);
  door.words(options.words, options.folder);
  let opening: Promise<Lab> | null = null;
  const endUnlessMac = (): void => {
    if (options.platform !== 'darwin') app.quit();
  };
  endInGoodOrder(app, { lab: () => opening, lastWindowClosed: endUnlessMac });
  guardContents({ app, openExternal: (address) => shell.openExternal(address) });
  await app.whenReady();
  guardSession(session.defaultSession);
  serveScheme(protocol, options.rendererFolder);
  const windows = appWindows(electron, options, endUnlessMac);
  // First of all: its page loads while the notebook is opened and the GPU is looked at, and its calls wait.
  windows.open();
  opening = options.openLab(sleepGuard(electron.powerSaveBlocker), gpuOf(electron, options, trial));
  const ipc = hostIpc({ ipcMain: electron.ipcMain, lab: opening, isAppWindow: (page) => windows.has(page) });
  const { platform, log } = options;
  const ears: Ears = { electron, platform, notebook, log, windows, ipc, door };
  hearApp(ears);
  try {
    const lab = await opening;
    hearLab(ears, lab);
    // Where what draws cannot be started, the first frame says why.
    lab.warmUp().catch(() => undefined);
  } catch (error) {
    electron.dialog.showErrorBox('Creasebook could not open the notebook', contractErrorFrom(error).message);
    app.exit(toldExitCode);
  }
}

/** Tells the system whose windows these are. */
function introduce(app: ElectronParts['app'], { platform, version }: ShellOptions): void {
  app.setName('Creasebook');
  // Shortcuts of the installer have this id: without it a pinned one and its windows are two buttons of the taskbar.
  if (platform === 'win32') app.setAppUserModelId(appId);
  app.setAboutPanelOptions({
    applicationName: 'Creasebook',
    applicationVersion: version,
    version: '',
    copyright: 'MIT License',
    credits: 'The lab notebook for overfitting experiments.',
  });
}

/** Switches for the GPU; what is written down before it is known how it went tells the next start that it never was. */
function tryGraphics({ app }: ElectronParts, options: ShellOptions): VulkanTrial {
  const { platform, arch, environment, trials } = options;
  const kept = trials.read();
  const trial = allowWebgpu(app, { platform, arch, environment, trial: kept });
  if (trial !== kept) trials.write(trial);
  return trial;
}

/** The GPU behind a hidden window, which is made when it is first asked for. */
function gpuOf(electron: ElectronParts, options: ShellOptions, trial: VulkanTrial): GpuHost {
  const { app, BrowserWindow, MessageChannelMain } = electron;
  const starter = gpuWindowStarter({
    BrowserWindow,
    MessageChannelMain,
    preload: options.gpuPreload,
    gpuInfo: () => app.getGPUInfo('complete'),
  });
  const note = (hasAdapter: boolean): void => {
    const ozone = app.commandLine.getSwitchValue('ozone-platform');
    const after = trialAfter(trial, hasAdapter, options, ozone);
    if (after !== trial) options.trials.write(after);
  };
  return createGpuHost(watchedStarter(starter, note), { idleMs: gpuIdleMs });
}
