/** Entry of the app in Electron. */
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
import { gpuPreloadPath, preloadPath, rendererFolder } from '../program/assets.ts';
import { openLab } from '../lab/lab.ts';
import { notebookFolder } from '../program/notebook-folder.ts';
import { runShell } from './shell.ts';

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
    platform: process.platform,
    environment: process.env,
    openLab: (onBusy, gpu) =>
      openLab({
        notebook: notebookFolder(process.argv, process.env),
        shell: 'electron',
        engine: 'auto',
        gpu,
        onBusy,
      }),
  },
);
