/** `start` with a stand-in for Electron's binary: signals, exit codes, and what it hands to the app. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { programRoot } from '../../../electron/program/assets.ts';
import { appEnvironment } from '../../../electron/serve/electron-process.ts';
import { scratchFolder } from '../scratch-folder.ts';

const running: ChildProcess[] = [];

interface Started {
  readonly pid: number;
  readonly notebook: string;
  /** Everything printed so far. */
  output(): string;
  readonly ended: Promise<number | null>;
}

/** Starts `creasebook start` in a process group of its own, as a terminal does; `standIn` says what the binary does. */
function started(standIn: string, environment: Readonly<Record<string, string>> = {}): Started {
  const binaries = scratchFolder();
  copyFileSync('test/electron/stand-in/short-lived.mjs', join(binaries, 'electron'));
  chmodSync(join(binaries, 'electron'), 0o755);
  const notebook = scratchFolder();
  const child = spawn(process.execPath, ['dist/node/cli.js', 'start', '--notebook', notebook], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DISPLAY: ':7',
      // A browser that opens would be found on the path.
      PATH: `${join(process.execPath, '..')}:/usr/bin:/bin`,
      ELECTRON_OVERRIDE_DIST_PATH: binaries,
      STAND_IN: standIn,
      ...environment,
    },
  });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { pid: child.pid ?? 0, notebook, output: () => text, ended };
}

afterEach(() => {
  for (const child of running.splice(0)) {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
});

// Windows has neither process groups nor scripts that are programs.
describe.skipIf(process.platform === 'win32')('the app that `start` starts', () => {
  it.each(['SIGINT', 'SIGHUP'] as const)(
    'ends in good order when the terminal sends %s to both, and no browser opens',
    async (signal) => {
      const app = started('run');
      await expect.poll(app.output).toContain('stand-in: running');
      process.kill(-app.pid, signal);
      expect(await app.ended).toBe(0);
      expect(app.output()).toContain('good order done');
      expect(app.output()).not.toContain('browser');
    },
  );

  it('gets the SIGTERM that is meant for one process', async () => {
    const app = started('run');
    await expect.poll(app.output).toContain('stand-in: running');
    process.kill(app.pid, 'SIGTERM');
    expect(await app.ended).toBe(0);
    expect(app.output()).toContain('SIGTERM: good order begins');
    expect(app.output()).toContain('good order done');
  });

  it('that is killed after a signal opens no browser either', async () => {
    const app = started('run');
    await expect.poll(app.output).toContain('stand-in: running');
    process.kill(-app.pid, 'SIGINT');
    await expect.poll(app.output).toContain('good order begins');
    process.kill(-app.pid, 'SIGINT');
    expect(await app.ended).toBe(130);
    expect(app.output()).not.toContain('browser');
  });

  it('is named by the program’s folder, and gets nothing that makes another program of it', async () => {
    const app = started('exit 0', { NODE_OPTIONS: '--no-warnings' });
    expect(await app.ended).toBe(0);
    const argv = [programRoot(), '--notebook', app.notebook];
    expect(app.output()).toContain(`stand-in: argv ${JSON.stringify(argv)}`);
    expect(app.output()).not.toContain('has NODE_OPTIONS');
    const own = { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--x', DISPLAY: ':7' };
    expect(appEnvironment(own)).toEqual({ DISPLAY: ':7' });
  });

  it('that has told the person why it ends is not followed by a browser', async () => {
    const app = started('exit 3');
    expect(await app.ended).toBe(3);
    expect(app.output()).not.toContain('browser');
  });

  it('that does not start is followed by a browser', async () => {
    const app = started('trap');
    await expect.poll(app.output).toContain('Creasebook is at http://');
    expect(app.output()).toContain('Electron does not start here: Creasebook opens in your browser instead.');
    process.kill(-app.pid, 'SIGINT');
    expect(await app.ended).toBe(0);
  });
});
