/** Starting the app: in Electron where its binary is here or can be had, else in a browser. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programRoot } from '../program/assets.ts';
import { serveUntilStopped } from './serve-command.ts';

export interface StartOptions {
  /** The notebook's folder. */
  readonly notebook: string;
  readonly threads?: number;
  /** Prints a line for the person at the terminal. */
  say(line: string): void;
}

const downloadMs = 90_000;

/** An app that ends sooner than this with an error did not start: a library of the system is missing, or rights. */
const startMs = 8000;

/** Exit code of the app. */
export async function startApp(options: StartOptions): Promise<number> {
  const { notebook, say } = options;
  if (!hasDisplay(process.platform, process.env)) {
    say('There is no display here: open the address below in a browser.');
    return serveUntilStopped(options);
  }
  const binary = await electronBinary(say);
  if (binary !== null) {
    const { exitCode, milliseconds } = await runElectron(binary, notebook);
    if (exitCode === 0 || milliseconds > startMs) return exitCode;
  }
  const what = binary === null ? 'Electron is not available here' : 'Electron does not start here';
  say(`${what}: Creasebook opens in your browser instead.`);
  return serveUntilStopped({ ...options, onReady: openBrowser });
}

/** Path of Electron's binary; downloads it once where it is missing. Null where it cannot be had. */
async function electronBinary(say: (line: string) => void): Promise<string | null> {
  const folder = electronFolder();
  if (folder === null) return null;
  const present = binaryIn(folder, process.env);
  if (present !== null || process.env['ELECTRON_SKIP_BINARY_DOWNLOAD'] !== undefined) return present;
  say('Downloading Electron (once, about 120 MB) ...');
  await finished(process.execPath, [join(folder, 'install.js')], downloadMs);
  return binaryIn(folder, process.env);
}

/** Folder of the package, without loading it: that would start a download without a limit. */
export function electronFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

/** The binary that is here: below ELECTRON_OVERRIDE_DIST_PATH, else where the package's installer left it; or null. */
export function binaryIn(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const override = environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  const name = binaryName(folder) ?? (override === '' ? null : 'electron');
  if (name === null) return null;
  const path = join(override === '' ? join(folder, 'dist') : override, name);
  return existsSync(path) ? path : null;
}

/** The binary's path below its folder, as the package's installer wrote it down. */
function binaryName(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'path.txt'), 'utf8');
  } catch {
    return null;
  }
}

/** Whether a browser could be shown here. */
export function hasDisplay(
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return (environment['DISPLAY'] ?? '') !== '' || (environment['WAYLAND_DISPLAY'] ?? '') !== '';
}

function runElectron(
  binary: string,
  notebook: string,
): Promise<{ readonly exitCode: number; readonly milliseconds: number }> {
  const script = join(programRoot(), 'dist', 'node', 'shell.js');
  const startedAt = performance.now();
  const child = spawn(binary, [script, '--notebook', notebook], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve) => {
    const end = (code: number | null): void => {
      for (const signal of signals) process.off(signal, pass);
      resolve({ exitCode: code ?? 1, milliseconds: performance.now() - startedAt });
    };
    child.on('error', () => end(1));
    child.on('exit', end);
  });
}

/** Resolves when a program has ended or its time is over; whether it did what it should is for the caller to see. */
function finished(program: string, args: readonly string[], limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', timeout: limitMs, killSignal: 'SIGKILL' });
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
}

/** A page that only its owner can read and that leads to `link`: other users see what programs are called with. */
export function pageThatOpens(link: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-'));
  const page = join(folder, 'open.html');
  const to = link.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const body = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Creasebook</title><meta http-equiv="refresh" content="0;url=${to}"><a href="${to}">Creasebook</a>`;
  writeFileSync(page, `${body}\n`, { mode: 0o600 });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return page;
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
