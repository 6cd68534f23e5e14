/** Creasebook on another machine, asked over ssh: its command line is the only way in, and nothing of ours runs there in between. */
import { z } from 'zod';
import { jobSystemNames } from '../../experiments/cluster/job-json.ts';
import type { RemotePlace } from '../contract/cluster.ts';
import { quoted } from './task-script.ts';

/** Longest line of `jobs --watch --json` that is read, in characters. */
export const maxJobsLine = 1 << 25;

/** A connection of which nothing is heard for a minute is gone. */
const options = ['BatchMode=yes', 'ConnectTimeout=20', 'ServerAliveInterval=15', 'ServerAliveCountMax=4'];

/**
 * The words that ssh is started with to run a command of the Creasebook of a place. A login shell there finds what people find
 * after they have logged in; what it is given is quoted, and every name comes by a pattern.
 */
export function remoteWords({ host, program, notebook }: RemotePlace, words: readonly string[]): string[] {
  const command = program === '' ? ['creasebook'] : ['node', `${program}/electron/scripts/launch.mjs`, 'lab'];
  const login = ['bash', '-lc', 'exec "$@"', 'bash', ...command, ...words, '--notebook', notebook];
  return ['-T', ...options.flatMap((option) => ['-o', option]), host, login.map(quoted).join(' ')];
}

const storedJob = z.object({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  /** Id and title of its entry there. */
  entry: z.string().regex(/^[0-9a-f]{8}$/),
  title: z.string().max(1000).default(''),
  folder: z.string().max(10_000),
  system: z.enum(jobSystemNames),
  hosts: z.array(z.string().max(300)).max(1000).default([]),
  threads: z.int().min(1).max(256).default(4),
  minutes: z.int().min(1).max(525_600).default(120),
  gpus: z.union([z.literal(0), z.literal(1)]).default(0),
  created: z.iso.datetime(),
  cancelled: z.boolean(),
  cells: z.int().nonnegative(),
  trouble: z.string().max(2000).nullable(),
  shards: z
    .array(
      z.object({
        shard: z.int().positive(),
        state: z.enum(['collected', 'done', 'running', 'waiting', 'silent', 'stopped']),
        finished: z.int().nonnegative(),
        failed: z.int().nonnegative(),
        cells: z.int().nonnegative(),
        host: z.string().max(300),
        reason: z.string().max(300),
        asOf: z.iso.datetime().nullable(),
        attempts: z.int().nonnegative(),
      }),
    )
    .max(100_000),
});

/** A job of another machine as `jobs --json` there tells of it. */
export type ToldJob = z.infer<typeof storedJob>;

/** The jobs that a line of `jobs --watch --json` tells of; null where it is none, as what a login shell prints. */
export function jobsIn(line: string): ToldJob[] | null {
  if (!line.startsWith('[')) return null;
  try {
    return z.array(storedJob).max(10_000).parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The folder of a job's entry there; null where the job lies elsewhere. */
export function entryFolderOf({ folder, id }: ToldJob): string | null {
  const end = `/jobs/${id}`;
  return folder.startsWith('/') && folder.endsWith(end) ? folder.slice(0, -end.length) : null;
}
