/** The app as a child of the program that started it, and the signals that the two of them get. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** How the app ended. */
export interface AppEnd {
  /** Its exit code; 128 and the signal's number where a signal ended it. */
  readonly exitCode: number;
  readonly milliseconds: number;
  /** Whether somebody asked for the end with a signal: it is no failure then, however soon it came. */
  readonly wasAsked: boolean;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs Electron on the program. It has one shot at ending in good order: after the first signal the next one kills it
 * (electron/electron shell/browser/electron_browser_main_parts_posix.cc). A terminal sends SIGINT and SIGHUP to the app
 * itself, so that only SIGTERM, which is meant for one process, is handed on.
 */
export function runElectron(
  binary: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<AppEnd> {
  const startedAt = performance.now();
  // A signal is the end of a process on Windows, and terminals there tell a program with windows nothing: it is asked.
  const isWindows = process.platform === 'win32';
  const child = spawn(binary, args, {
    stdio: isWindows ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
    env: appEnvironment(environment),
  });
  let wasAsked = false;
  const hear = (signal: NodeJS.Signals): void => {
    wasAsked = true;
    if (isWindows) ask(child);
    else if (signal === 'SIGTERM') child.kill(signal);
  };
  for (const signal of signals) process.on(signal, hear);
  return new Promise((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      for (const name of signals) process.off(name, hear);
      const exitCode = code ?? (signal === null ? 1 : 128 + constants.signals[signal]);
      resolve({ exitCode, milliseconds: performance.now() - startedAt, wasAsked });
    };
    child.on('error', () => end(1, null));
    child.on('exit', end);
  });
}

function ask(child: ChildProcess): void {
  // A child that has just ended needs no asking.
  if (child.connected) child.send('quit', () => undefined);
}

/** The environment of the app: nothing that makes another program of Electron, or of its Node. */
export function appEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const left = ['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS'];
  return Object.fromEntries(Object.entries(own).filter(([name]) => !left.includes(name)));
}
