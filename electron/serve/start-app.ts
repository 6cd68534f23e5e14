/** Starting the app: in Electron where its binary is here or can be had, else in a browser. */
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { privateFile } from '../lab/disk/outside-files.ts';
import { programRoot } from '../program/assets.ts';
import { toldExitCode } from '../program/exit-codes.ts';
import { electronBinary, electronFolder } from './electron-binary.ts';
import { runElectron } from './electron-process.ts';
import { sandboxObstacleHere } from './sandbox-obstacle.ts';
import { serveUntilStopped } from './serve-command.ts';

/** How the app is started without Electron. */
export interface StartOptions {
  /** The notebook's folder. */
  readonly notebook: string;
  readonly threads?: number;
  /** Prints a line for the person at the terminal. */
  say(line: string): void;
}

/** An app that ends sooner than this with an error did not start: a library of the system is missing, or rights. */
const startMs = 8000;

/** Exit code of the app. */
export async function startApp(options: StartOptions): Promise<number> {
  const { notebook, say } = options;
  if (!hasDisplay(process.platform, process.env)) {
    say('There is no display here: open the address below in a browser.');
    return serveUntilStopped(options);
  }
  const binary = await electronBinary(electronFolder(), process.env, say);
  const obstacle = binary === null ? null : sandboxObstacleHere(binary);
  if (binary !== null && obstacle === null) {
    // The program's folder rather than its script: by package.json there Electron knows name, version and desktop file.
    const end = await runElectron(binary, [programRoot(), '--notebook', notebook]);
    const isTold = end.exitCode === 0 || end.exitCode === toldExitCode;
    if (isTold || end.wasAsked || end.milliseconds > startMs) return end.exitCode;
  }
  const what = binary === null ? 'Electron is not available here' : 'Electron does not start here';
  if (obstacle !== null) say(obstacle);
  say(`${obstacle === null ? what : 'Meanwhile'}: Creasebook opens in your browser instead.`);
  return serveUntilStopped({ ...options, onReady: openBrowser });
}

/** Whether a browser could be shown here. */
export function hasDisplay(
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return (environment['DISPLAY'] ?? '') !== '' || (environment['WAYLAND_DISPLAY'] ?? '') !== '';
}

/** A page that only its owner can read and that leads to `link`: other users see what programs are called with. */
export function pageThatOpens(link: string): string {
  const to = link.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const body = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Creasebook</title><meta http-equiv="refresh" content="0;url=${to}"><a href="${to}">Creasebook</a>`;
  return privateFile('open.html', `${body}\n`);
}

/** Opens a link that works once in the system's browser; where that fails it stands in the terminal. */
function openBrowser(link: string): void {
  const address = pathToFileURL(pageThatOpens(link)).href;
  const [program, args] =
    process.platform === 'darwin'
      ? ['open', [address]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', address]]
        : ['xdg-open', [address]];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
