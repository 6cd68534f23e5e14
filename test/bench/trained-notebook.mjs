/** Notebooks made by real sweeps, kept in dist/ for the next time; the lab served from one; a browser on it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = path.join(root, 'dist', 'node', 'cli.js');

/** Folder of a notebook whose entries were trained from these sweep files; trained once, until `name` changes. */
export function trainedNotebook(name, sweeps) {
  const folder = path.join(root, 'dist', 'notebooks', name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  for (const yaml of sweeps) {
    const file = path.join(unfinished, 'sweep.yaml');
    writeFileSync(file, yaml);
    const args = ['run', file, '--notebook', path.join(unfinished, 'notebook')];
    const { status } = spawnSync(process.execPath, [program, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error(`The sweep could not be trained: exit code ${status}.`);
    rmSync(file);
  }
  renameSync(unfinished, folder);
  return folder;
}

/** What a command prints with --json. */
export function labJson(...args) {
  const { stdout, status } = spawnSync(process.execPath, [program, ...args, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0) throw new Error(`creasebook ${args[0]} ended with ${status}.`);
  return JSON.parse(stdout);
}

/** Serves a notebook folder; `link` works once, `stop` resolves when the process has gone. */
export async function servedNotebook(notebook) {
  const server = spawn(process.execPath, [program, 'serve', '--notebook', notebook], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const link = await new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (data) => {
      text += data;
      const found = /http:\/\/(127|\[|localhost)[^\s]+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    void exited.then((code) => reject(new Error(`The server ended with ${code}.`)));
  });
  const stop = () => {
    server.kill('SIGTERM');
    return exited;
  };
  return { link, stop };
}

/** A Chromium without a window. */
export function launchedBrowser() {
  return chromium.launch({
    executablePath: process.env.CREASEBOOK_BROWSER ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--force-color-profile=srgb',
      '--enable-precise-memory-info',
    ],
  });
}
