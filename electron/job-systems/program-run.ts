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
const maxComplaint = 1 << 14;

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

/** How a program is listened to while it runs. */
export interface ProgramListener {
  /** Characters beyond which a line is cut. */
  readonly longestLine: number;
  onLine(line: string): void;
  /** Called once; the code is null where it did not end by itself, `words` are its last ones. */
  onEnd(code: number | null, words: string): void;
}

/** Starts a program with these words and listens to it; what is returned ends it. */
export type ProgramFollow = (
  program: string,
  words: readonly string[],
  listener: ProgramListener,
) => () => void;

/** Listens to a program of this machine for as long as it runs. */
export const followProgram: ProgramFollow = (program, words, { longestLine, onLine, onEnd }) => {
  const child = spawn(program, [...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [begun, complaint] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (begun + text).split('\n');
    begun = (lines.pop() ?? '').slice(0, longestLine);
    lines.forEach(onLine);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, maxComplaint);
  });
  let isOver = false;
  const end = (code: number | null, isMissing: boolean): void => {
    if (isOver) return;
    isOver = true;
    const words = isMissing ? `${program} is missing on this machine` : complaint;
    onEnd(code, lastWords({ code, stdout: '', stderr: words, isMissing }));
  };
  child.on('error', (error: NodeJS.ErrnoException) => end(null, error.code === 'ENOENT'));
  child.on('close', (code) => end(code, false));
  return () => void child.kill('SIGTERM');
};

/** The first line that a program had to say of its failure. */
export function lastWords({ stdout, stderr, code }: ProgramEnd): string {
  const line = `${stderr}\n${stdout}`.split('\n').find((text) => text.trim() !== '');
  return line?.trim() ?? (code === null ? 'it did not answer in time' : `exit code ${code}`);
}
