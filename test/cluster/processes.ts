/** Processes of this machine as /proc shows them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/** Every process. */
export function processes(): ProcessFacts[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, title, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))!;
        return [{ pid: Number(name), parent: Number(parent), name: title! }];
      } catch {
        return [];
      }
    });
}

/** Ids of all that descend from a process. */
export function descendants(pid: number, all: readonly ProcessFacts[] = processes()): number[] {
  const children = all.filter(({ parent }) => parent === pid).map((child) => child.pid);
  return children.flatMap((child) => [child, ...descendants(child, all)]);
}

/** Whether a process has a file open. */
export function hasOpen(pid: number, path: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === path;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** Sends a signal to processes, some of which may have gone. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It is gone.
    }
  }
}

/** Whether a process runs; one that has ended and that nobody asked after does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
