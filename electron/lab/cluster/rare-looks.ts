/** Asking engines seldom: what was answered a moment ago is answered again. */
import type { ProgramEnd, ProgramRun } from '../../job-systems/program-run.ts';

/** Programs that only look. */
const looking: ReadonlySet<string> = new Set(['squeue', 'ps', 'quota']);

/** `run` that starts a program which only looks, with the same words, at most once in so many milliseconds. */
export function rarelyLooking(run: ProgramRun, leastMs: number, clockMs: () => number): ProgramRun {
  const answers = new Map<string, { readonly atMs: number; readonly end: Promise<ProgramEnd> }>();
  return (program, words) => {
    if (!looking.has(program)) {
      // Whatever changes something is looked at anew.
      answers.clear();
      return run(program, words);
    }
    const key = [program, ...words].join('\0');
    const known = answers.get(key);
    if (known !== undefined && clockMs() - known.atMs < leastMs) return known.end;
    const end = run(program, words);
    answers.set(key, { atMs: clockMs(), end });
    return end;
  };
}
