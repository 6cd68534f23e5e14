/** Entry of the app in Electron. */
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
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
import { runShell } from './shell.ts';
import { trialFile } from './trial-file.ts';

const notebook = notebookFolder(process.argv, process.env);

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
    notebook,
    // Loaded once the window is there: its page starts meanwhile.
    async openLab(onBusy, gpu) {
      const { openLab } = await import('../lab/lab.ts');
      return openLab({ notebook, shell: 'electron', engine: 'auto', gpu, onBusy });
    },
    say: (line) => void process.stderr.write(`${line}\n`),
  },
);
