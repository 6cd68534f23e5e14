/** What lies in the folder of a job, for tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lab } from '../electron/cli/lab-process.ts';

/** An attempt as its status tells of it. */
export interface AttemptFacts {
  readonly name: string;
  readonly host: string;
  readonly time: string;
  readonly ended: number | null;
  readonly epochs: readonly number[];
}

/** A job that was handed in. */
export class JobFolder {
  readonly path: string;
  readonly engineId: string;

  constructor(path: string) {
    this.path = path;
    const job = JSON.parse(readFileSync(join(path, 'job.json'), 'utf8')) as { engineId: string };
    this.engineId = job.engineId;
  }

  /** The attempts at a shard that have said something, those that spoke last at the end. */
  attempts(shard: number): AttemptFacts[] {
    const folder = join(this.path, 'shards', String(shard));
    return readdirSync(folder)
      .map((name) => [name, join(folder, name, 'status.json')] as const)
      .filter(([, path]) => existsSync(path))
      .map(([name, path]) => {
        const status = JSON.parse(readFileSync(path, 'utf8')) as Omit<AttemptFacts, 'name' | 'epochs'> & {
          running: { epoch: number }[];
        };
        return { name, ...status, epochs: status.running.map(({ epoch }) => epoch) };
      })
      .sort((a, b) => a.time.localeCompare(b.time));
  }

  /** What the engine caught of a shard. */
  log(shard: number): string {
    const path = join(this.path, 'log', `${shard}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Starts of workers at a shard so far. */
  starts(shard: number): number {
    return (this.log(shard).match(/ shard \d+, attempt /g) ?? []).length;
  }

  /** Epochs at which workers went on with a cell of an earlier one. */
  wentOnAt(shard: number): number[] {
    return [...this.log(shard).matchAll(/goes on from epoch (-?\d+)/g)].map(([, epoch]) => Number(epoch));
  }

  /** Whether some records of the shard's cells under way have grown beyond so many bytes. */
  hasRecords(shard: number, bytes: number): boolean {
    const folder = join(this.path, 'shards', String(shard));
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(
      (name) => name.endsWith('/records') && sizeOf(join(folder, name)) > bytes,
    );
  }
}

function sizeOf(path: string): number {
  try {
    return readFileSync(path).length;
  } catch {
    return 0;
  }
}

/** Hands a sweep or an entry in. */
export async function handIn(subject: string, notebook: string, ...words: string[]): Promise<JobFolder> {
  const result = await lab('submit', subject, '--notebook', notebook, '--json', ...words);
  if (result.code !== 0) throw new Error(`submit: exit ${result.code}: ${result.stderr}`);
  return new JobFolder((JSON.parse(result.stdout) as { folder: string }).folder);
}
