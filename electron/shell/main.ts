/** Entry of the app in Electron. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  session,
  shell,
} from 'electron';
import {
  gpuPreloadPath,
  preloadPath,
  programVersion,
  rendererFolder,
  windowIconPath,
} from '../program/assets.ts';
import { notebookFolder } from '../program/notebook-folder.ts';
import { mainLog } from './main-log.ts';
import { runShell } from './shell.ts';
import { trialFile } from './trial-file.ts';

const notebook = notebookFolder(process.argv, process.env);
const log = mainLog(join(app.getPath('userData'), 'logs', 'main.log'), homedir(), () => new Date());
log.note(
  `starts: ${programVersion()}, Electron ${process.versions.electron}, ${process.platform} ${process.arch}`,
);
process.on('uncaughtExceptionMonitor', (error) => log.note(`error: ${error.stack ?? error.message}`));
process.on('unhandledRejection', (error) => {
  log.note(`rejected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  console.error(error);
});
process.once('exit', (code) => log.note(`ends with ${code}`));

// Whoever started the app on Windows, where a signal would end it at once, asks it to quit.
process.on('message', (message) => {
  if (message === 'quit') app.quit();
});

// Not awaited: Electron is not ready before its entry module has been evaluated to the end.
void runShell(
  {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    MessageChannelMain,
    nativeTheme,
    Notification,
    powerMonitor,
    powerSaveBlocker,
    protocol,
    session,
    shell,
  },
  {
    rendererFolder: rendererFolder(),
    preload: preloadPath(),
    gpuPreload: gpuPreloadPath(),
    ...(process.platform === 'linux' ? { icon: windowIconPath() } : {}),
    version: programVersion(),
    platform: process.platform,
    arch: process.arch,
    environment: process.env,
    trials: trialFile(join(app.getPath('userData'), 'graphics.json')),
    log,
    words: process.argv,
    folder: process.cwd(),
    notebook,
    // Loaded once the window is there: its page starts meanwhile.
    async openLab(onBusy, gpu) {
      const { openLab } = await import('../lab/lab.ts');
      return openLab({ notebook, shell: 'electron', engine: 'auto', gpu, onBusy });
    },
    say: (line) => void process.stderr.write(`${line}\n`),
  },
);
