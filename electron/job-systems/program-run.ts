/** Starting programs without a shell: words go to them as they are, whatever letters are in them. */
import { spawn } from 'node:child_process';

/** How a program ended. */
export interface ProgramEnd {
  /** Null where it was not there, or did not end in time. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether there is no such program. */
  readonly isMissing: boolean;
}

/** Runs a program with these words to its end; never rejects. */
export type ProgramRun = (program: string, words: readonly string[]) => Promise<ProgramEnd>;

/** Longest that an engine may take to answer. */
const timeoutMs = 60_000;
const maxOutput = 1 << 24;

/** Runs programs of this machine that answer soon. */
export const runProgram: ProgramRun = (program, words) => runFor(timeoutMs, program, words);

/** Runs programs of this machine that take their time, and give up by themselves. */
export const runLongProgram: ProgramRun = (program, words) => runFor(null, program, words);

function runFor(longestMs: number | null, program: string, words: readonly string[]): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, [...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    const timer = longestMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), longestMs);
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (output[name].length < maxOutput) output[name] += text;
      });
    const end = (code: number | null, isMissing: boolean): void => {
      clearTimeout(timer);
      resolve({ code, ...output, isMissing });
    };
    child.on('error', (error: NodeJS.ErrnoException) => end(null, error.code === 'ENOENT'));
    child.on('close', (code) => end(code, false));
  });
}

/** The first line that a program had to say of its failure. */
export function lastWords({ stdout, stderr, code }: ProgramEnd): string {
  const line = `${stderr}\n${stdout}`.split('\n').find((text) => text.trim() !== '');
  return line?.trim() ?? (code === null ? 'it did not answer in time' : `exit code ${code}`);
}
