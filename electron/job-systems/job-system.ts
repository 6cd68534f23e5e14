/** Something that runs numbered tasks elsewhere. It keeps nothing for us: what it says is a hint, records are the truth. */

/** What a job system says of itself. */
export interface JobSystemFacts {
  /** One line for people: name and version. */
  readonly version: string;
  /** Longest array that it takes, counted from 0; null where there is no limit, or it does not tell. */
  readonly longestArray: number | null;
}

/** A shard that has not ended as far as the engine knows; those of which it says nothing are gone. */
export interface ShardOutlook {
  readonly state: 'waiting' | 'running';
  /** Why it waits, in the engine's word; '' where it does not. */
  readonly reason: string;
  readonly host: string;
}

/** Tasks to be run. */
export interface JobOrder {
  /** Unique; letters, digits and dashes. */
  readonly name: string;
  /** Absolute path of the job's folder. */
  readonly folder: string;
  /** Absolute path of the node program that runs the worker. */
  readonly node: string;
  /** Shards are numbered from 1. */
  readonly shards: number;
  readonly atOnce: number | null;
  readonly threads: number;
  readonly memoryMb: number;
  readonly minutes: number;
  /** GPUs of a task. */
  readonly gpus: 0 | 1;
  /** Machines; empty where the engine knows them. */
  readonly hosts: readonly string[];
  /** What stands after `--`, handed on untouched. */
  readonly extra: readonly string[];
}

/** A job system. Every call may reject with a JobSystemError. */
export interface JobSystem {
  /** Null where it is not here. */
  facts(): Promise<JobSystemFacts | null>;
  /** The engine's id of the job. */
  submit(order: JobOrder): Promise<string>;
  /** A submission of this name whose answer was lost, or null. */
  find(name: string): Promise<string | null>;
  /** What waits and what runs, by the number of the shard. */
  look(engineId: string): Promise<ReadonlyMap<number, ShardOutlook>>;
  cancel(engineId: string, shards: readonly number[] | 'all'): Promise<void>;
}

/** A job system that did not do what it was asked for; the message is one line for a person. */
export class JobSystemError extends Error {
  override readonly name: string = 'JobSystemError';
}

/** A job system that did not say whether it has taken a job. */
export class SilentSystemError extends JobSystemError {
  override readonly name = 'SilentSystemError';
}
