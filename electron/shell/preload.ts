/** The bridge between a page of the app and the main process: exactly two functions, nothing else of Electron. */
import { contextBridge, ipcRenderer } from 'electron';
import { bridgeKey, labChannel } from './channel.ts';

contextBridge.exposeInMainWorld(bridgeKey, {
  /** Sends a message of the contract to the lab. */
  send: (message: unknown): void => ipcRenderer.send(labChannel, message),
  /** Has every message of the lab handed to `receive`; called once by the page. */
  listen: (receive: (message: unknown) => void): void => {
    ipcRenderer.removeAllListeners(labChannel);
    ipcRenderer.on(labChannel, (_event, message: unknown) => receive(message));
  },
});
