/** `start`: the app, in Electron where it can be had, else in a browser. */
import { startApp } from '../serve/start-app.ts';
import type { Command } from './command.ts';
import { printLine } from './console-output.ts';

export const startCommand: Command = {
  usage: '[--threads N]',
  summary: 'opens the app',
  options: { threads: 'text' },
  positionals: { min: 0, max: 0 },
  run(args) {
    const threads = args.whole('threads', 1, 256);
    return startApp({
      notebook: args.notebook(),
      ...(threads === undefined ? {} : { threads }),
      say: printLine,
    });
  },
};
