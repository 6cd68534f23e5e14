/** Serving a notebook from the command line until somebody stops it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { rendererFolder } from '../program/assets.ts';
import type { LabEvents } from '../contract/contract.ts';
import { LabError } from '../lab/disk/lab-error.ts';
import { openLab } from '../lab/lab.ts';
import { serveLab, type LabServer } from './server.ts';

/** How `serve` was called. */
export interface ServeCommand {
  /** The notebook's folder. */
  readonly notebook: string;
  /** Any free port where left out. */
  readonly port?: number;
  readonly threads?: number;
  /** Prints a line for the person at the terminal. */
  say(line: string): void;
  /** Told the first address, e.g. to open a browser. */
  onReady?(link: string): void;
}

/** Whoever asks to stop is answered within five seconds; what a longer epoch did since its last snapshot is trained again. */
const timeoutMs = 4500;

/**
 * Serves a notebook to browsers on this machine until SIGINT or SIGTERM; then stops cells at the end of an epoch.
 * Exit code 0. Throws LabError where the renderer is not built or the port is taken.
 */
export async function serveUntilStopped({
  notebook,
  port,
  threads,
  say,
  onReady,
}: ServeCommand): Promise<number> {
  const renderer = rendererFolder();
  if (!existsSync(join(renderer, 'index.html'))) {
    throw new LabError('not-found', 'The interface is not built. Run npm run build.');
  }
  const stopped = stopSignal();
  const lab = await openLab({
    notebook,
    shell: 'browser',
    engine: 'auto',
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    if (lab.readOnlyBecause !== null) say(`Opened for reading only: ${lab.readOnlyBecause}`);
    if (lab.takenOver !== null) say(lab.takenOver);
    // What goes wrong while nobody looks at a browser stands here, too.
    lab.events.listen((name, value) => {
      if (name === 'app.notice') say((value as LabEvents['app.notice']).message);
    });
    const server = await served(() =>
      serveLab({
        router: lab.router,
        events: lab.events,
        rendererFolder: renderer,
        ...(port === undefined ? {} : { port }),
        onUsedLink: (link) => say(`A link for another browser: ${link}`),
      }),
    );
    const link = server.newLink();
    say(`Creasebook is at ${link}`);
    say('The link works once. Press Ctrl-C to stop; everything is kept.');
    onReady?.(link);
    // What draws starts while the browser does; where that fails the first frame says why.
    lab.warmUp().catch(() => undefined);
    await stopped;
    say('Stopping ...');
    await server.close();
    return 0;
  } finally {
    // Nobody waits longer for an epoch that does not end.
    setTimeout(() => process.exit(0), timeoutMs).unref();
    // A file that never answers (a pipe, a hung network drive) keeps even that from ending: then by force.
    forcedEnd(timeoutMs + 300);
    await lab.close();
  }
}

/** Ends this process after so many milliseconds, also where `process.exit` waits for a call that does not come back. */
function forcedEnd(afterMs: number): void {
  const watch = new Worker(`setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${afterMs})`, {
    eval: true,
  });
  watch.unref();
}

async function served(start: () => Promise<LabServer>): Promise<LabServer> {
  try {
    return await start();
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (isTaken)
      throw new LabError('refused', 'This port is taken. Choose another one with --port, or none.');
    throw error;
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
