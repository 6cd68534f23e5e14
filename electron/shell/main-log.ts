/** The log of the app's main process: what happened around the lab, in lines that a person can send to somebody. */
import { appendBounded } from '../lab/disk/outside-files.ts';
import { withoutPaths } from '../lab/disk/without-paths.ts';

/** Takes lines. */
export interface MainLog {
  /** Path of its file. */
  readonly path: string;
  /** Writes a line at once, with the time before it; of paths in it only the last names. */
  note(line: string): void;
}

const limitBytes = 1 << 18;

/** A log in a file; one file before it is kept. The name of `home`, the person's folder, is in no line. */
export function mainLog(path: string, home: string, now: () => Date): MainLog {
  return {
    path,
    note(line) {
      const text = withoutPaths(line.replaceAll(home, '')).replaceAll(/\s*\n\s*/g, ' | ');
      appendBounded(path, `${path}.before`, `${now().toISOString()} ${text}\n`, limitBytes);
    },
  };
}
