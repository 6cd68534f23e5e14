/** The compute window's preload script: hands the main process's port to the page, and nothing else. */
import { ipcRenderer } from 'electron';
import { computePortMessage } from '../contract/compute-port.ts';
import { computeChannel } from './channel.ts';

ipcRenderer.once(computeChannel, ({ ports }) => window.postMessage(computePortMessage, '*', [...ports]));
