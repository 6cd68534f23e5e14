/** `serve`: the app in a browser on this machine. */
import { serveUntilStopped } from '../serve/serve-command.ts';
import type { Command } from './command.ts';
import { printLine } from './console-output.ts';

export const serveCommand: Command = {
  usage: '[--port N] [--threads N]',
  summary: 'serves the app to a browser on the loopback interface',
  options: { port: 'text', threads: 'text' },
  positionals: { min: 0, max: 0 },
  run(args) {
    const port = args.whole('port', 1, 65_535);
    const threads = args.whole('threads', 1, 256);
    return serveUntilStopped({
      notebook: args.notebook(),
      ...(port === undefined ? {} : { port }),
      ...(threads === undefined ? {} : { threads }),
      say: printLine,
    });
  },
};
