/** job.json: what a job is, where it was handed in and what works on it. */
import { z } from 'zod';
import type { EngineName } from '../engines/engine.ts';
import { storedEntry } from '../entries/entry-schema.ts';
import { EntryError } from '../records/entry-error.ts';

/** Maximum size of a job.json that is read, in bytes. */
export const maxJobBytes = 1 << 20;

/** What runs the tasks of a job. */
export const jobSystemNames = ['slurm', 'ssh', 'script'] as const;

const storedJob = z.strictObject({
  format: z.literal('creasebook-job'),
  version: z.literal(1),
  /** 8 hexadecimal digits, also the name of its folder. */
  id: z.string().regex(/^[0-9a-f]{8}$/),
  /** Id of the entry whose cells it trains. */
  entry: z.string().regex(/^[0-9a-f]{8}$/),
  created: z.iso.datetime(),
  system: z.enum(jobSystemNames),
  /** What the engine calls it; null before it has answered. */
  engineId: z.string().max(200).nullable(),
  /** Machines, where they were named. */
  hosts: z.array(z.string().max(300)).max(1000),
  cells: z.int().positive(),
  shards: z.int().positive(),
  /** Shards at once; null where the engine decides. */
  atOnce: z.int().positive().nullable(),
  threads: z.int().positive(),
  memoryMb: z.int().positive(),
  minutes: z.int().positive(),
  /** GPUs of a task; with one, all cells are of the engine 'webgpu'. */
  gpus: z.union([z.literal(0), z.literal(1)]).default(0),
  /** Seconds of one thread that all cells take, by estimate. */
  seconds: z.number().nonnegative(),
  cancelled: z.boolean(),
  snapshots: storedEntry.shape.snapshots,
  targets: storedEntry.shape.targets,
  program: z.strictObject({
    version: z.string().max(100),
    /** SHA-256 (hex) of each file, by its path in the folder `program`. */
    files: z.record(z.string().regex(/^[\w.-]+(?:\/[\w.-]+)*$/), z.string().regex(/^[0-9a-f]{64}$/)),
  }),
});

/** A job as job.json has it. */
export type Job = z.infer<typeof storedJob>;

/** The engine of all cells of a job whose tasks have so many GPUs. */
export function jobEngine(gpus: Job['gpus']): EngineName {
  return gpus > 0 ? 'webgpu' : 'wasm';
}

/** Text of a job.json; programs of before there were GPUs read those without one. */
export function jobText({ gpus, ...job }: Job): string {
  return `${JSON.stringify(gpus === 0 ? job : { ...job, gpus }, null, 2)}\n`;
}

/** The job that the bytes of a job.json tell of. Throws EntryError 'malformed', 'newer-version'. */
export function parseJob(bytes: Uint8Array): Job {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new EntryError('malformed', 'job.json is not JSON');
  }
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : null;
  if (typeof version === 'number' && version > 1)
    throw new EntryError('newer-version', `job.json has version ${version}, of a newer Creasebook`);
  const parsed = storedJob.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new EntryError('malformed', `job.json: ${issue.path.join('.') || 'content'}: ${issue.message}`);
}
