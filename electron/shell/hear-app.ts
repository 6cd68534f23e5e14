/** What the menu, the system and the lab tell the app while it runs. */
import type { QueueState } from '../contract/queue.ts';
import type { Lab } from '../lab/lab.ts';
import { appScheme } from '../policy/origins.ts';
import type { AppWindows } from './app-windows.ts';
import type { ElectronParts } from './electron-parts.ts';
import type { IpcHost } from './ipc.ts';
import type { MainLog } from './main-log.ts';
import { followDownloads } from './downloads.ts';
import { menuTemplate } from './menu.ts';
import { followScreens } from './menu-state.ts';
import type { OpenDoor } from './open-requests.ts';
import { watchProcesses } from './process-troubles.ts';
import { followSleep } from './sleep.ts';
import { showTraining } from './training-signs.ts';

/** What there is to hear with. */
export interface Ears {
  readonly electron: ElectronParts;
  readonly platform: string;
  /** The folder of the notebook that is open. */
  readonly notebook: string;
  readonly log: MainLog;
  readonly windows: AppWindows;
  readonly ipc: IpcHost;
  readonly door: OpenDoor;
}

/** Hears the menu and the system. */
export function hearApp(ears: Ears): void {
  const { electron, log, windows, ipc, door, notebook } = ears;
  const { app, Menu, session, shell } = electron;
  const template = menuTemplate(ears.platform, {
    command: (command) => ipc.tell(windows.current().webContents, 'app.command', { command }),
    newWindow: () => windows.open(),
    showLog: () => shell.showItemInFolder(log.path),
  });
  const menu = Menu.buildFromTemplate(template);
  Menu.setApplicationMenu(menu);
  followScreens(app, menu, windows);
  followDownloads(session.defaultSession, (page, notice) => ipc.tell(page, 'app.notice', notice));
  watchProcesses(
    electron,
    { warn: (message) => warn(ears, message), note: (line) => log.note(line) },
    Date.now,
  );
  app.on('second-instance', (_event, words, folder, asked) => {
    windows.toFront();
    if (isOtherNotebook(asked, notebook)) {
      const what = 'This window goes on with the notebook it has open.';
      return warn(ears, `${what} To open the other one, quit Creasebook first.`);
    }
    door.words(words, folder);
  });
  app.on('activate', () => {
    if (windows.count === 0) windows.open();
  });
  // Installers do it on Linux; a clone is not what links are for.
  if (app.isPackaged && ears.platform !== 'linux') app.setAsDefaultProtocolClient(appScheme);
}

/** Hears the lab, and lets in what waited for it. */
export function hearLab(ears: Ears, lab: Lab): void {
  const { electron, log, windows, door } = ears;
  const { Notification, powerMonitor } = electron;
  followSleep(powerMonitor, lab, (line) => log.note(line));
  const readQueue = async (): Promise<QueueState> => {
    const context = { signal: new AbortController().signal, part: () => undefined };
    return (await lab.router.call('queue.read', {}, context)) as QueueState;
  };
  showTraining(lab.events, readQueue, {
    windows: () => windows.all(),
    notify(title, body) {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title, body });
      notification.on('click', () => windows.toFront());
      notification.show();
    },
  });
  door.begin({ lab, toFront: () => windows.toFront(), warn: (message) => warn(ears, message) });
}

function warn({ windows, ipc, log }: Ears, message: string): void {
  log.note(message);
  ipc.tell(windows.current().webContents, 'app.notice', { level: 'warning', message });
}

/** Whether a second start asked for another notebook; what it sends is whatever the program of then sends. */
function isOtherNotebook(asked: unknown, notebook: string): boolean {
  if (typeof asked !== 'object' || asked === null || !('notebook' in asked)) return false;
  return asked.notebook !== notebook;
}
