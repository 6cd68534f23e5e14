/** What the system's quotas leave a person, as the program `quota` tells it. */
import type { ProgramRun } from './program-run.ts';

/** What is used of a file system and what may be; null where there is no limit. */
export interface Quota {
  readonly fileSystem: string;
  readonly files: number;
  readonly mostFiles: number | null;
  readonly bytes: number;
  readonly mostBytes: number | null;
}

/** The words that make `quota` print one line a file system, with every column in it. */
const words = ['-w', '-p'];

/** The quotas that the lines of `quota -w -p` tell of: name, then blocks of 1 KiB and files, each with soft and hard limit and time. */
export function quotasFrom(text: string): Quota[] {
  return text.split('\n').flatMap((line) => {
    const [fileSystem = '', ...columns] = line.trim().split(/\s+/);
    const numbers = columns.map((column) => Number(column.replace(/\*$/, '')));
    if (numbers.length !== 8 || !numbers.every((number) => Number.isFinite(number))) return [];
    const [blocks = 0, softBlocks = 0, hardBlocks = 0, , files = 0, softFiles = 0, hardFiles = 0] = numbers;
    const mostBlocks = limitOf(softBlocks, hardBlocks);
    return [
      {
        ...{ fileSystem, files, mostFiles: limitOf(softFiles, hardFiles), bytes: 1024 * blocks },
        mostBytes: mostBlocks === null ? null : 1024 * mostBlocks,
      },
    ];
  });
}

/** Limits of 0 are none. */
function limitOf(soft: number, hard: number): number | null {
  const limits = [soft, hard].filter((limit) => limit > 0);
  return limits.length === 0 ? null : Math.min(...limits);
}

/** This person's quotas; none where the system has no such program, or tells nothing. */
export async function quotas(run: ProgramRun): Promise<Quota[]> {
  return quotasFrom((await run('quota', words)).stdout);
}
