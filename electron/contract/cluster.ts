/** What trains on clusters and on other machines, and what would. */
import { z } from 'zod';
import { call } from './call.ts';
import { entryId, nothing, yaml } from './fields.ts';

/** A name of a partition or an account: it becomes one word of an engine's, and must not be taken for another option. */
const engineWord = z.string().regex(/^[A-Za-z0-9_][\w.+-]{0,99}$/);

/** What is to be trained elsewhere: a sweep file, or what an entry lacks. */
const subject = z.union([z.strictObject({ yaml }), z.strictObject({ entryId })]);

/** Where and how cells are to be trained elsewhere. */
export const clusterWishes = z.strictObject({
  system: z.enum(['slurm', 'ssh']),
  /** Machines over ssh, separated by commas; nothing for Slurm. */
  hosts: z.string().max(10_000),
  threads: z.int().min(1).max(256),
  minutes: z.int().min(1).max(525_600),
  /** Null: as the work demands. */
  shards: z.int().min(1).max(100_000).nullable(),
  partition: engineWord.nullable(),
  account: engineWord.nullable(),
});

/** Where and how cells are to be trained elsewhere. */
export type ClusterWishes = z.infer<typeof clusterWishes>;

/** What may name a machine, so that no program takes it for an option. */
export const hostForm = /^(?:[A-Za-z0-9_][\w.-]*@)?[A-Za-z0-9_:[][\w.:\]-]*$/;

/** A machine with a notebook of its own, reached by ssh. */
export const remotePlace = z.strictObject({
  /** What ssh calls it; it must not be taken for an option. */
  host: z.string().max(300).regex(hostForm),
  /** Absolute folder of a clone of Creasebook there; '' where its command is found after logging in. */
  program: z.string().regex(/^(?:\/[^\0\n]{0,4000})?$/),
  /** Absolute folder of its notebook. */
  notebook: z.string().regex(/^\/[^\0\n]{0,4000}$/),
});

/** A machine with a notebook of its own, reached by ssh. */
export type RemotePlace = z.infer<typeof remotePlace>;

/** Most machines whose jobs are shown. */
export const mostPlaces = 10;

/** What is known of the jobs of a place. */
export interface RemoteJobsState {
  readonly jobs: readonly RemoteJob[];
  /** When they were told, ISO 8601; null where they never were. */
  readonly asOf: string | null;
  /** Why nothing is told now; null where nothing is wrong. */
  readonly trouble: string | null;
  /** When it is tried again, ISO 8601; null while there is a connection, or one is being made. */
  readonly retryAt: string | null;
}

/** A job of another machine. */
export interface RemoteJob extends ClusterJob {
  /** Whether this notebook has the entry: what the job has finished can be collected into it. */
  readonly isHere: boolean;
}

/** What can run jobs from here: name and version, or null where it is not there. */
export interface ClusterSystems {
  readonly slurm: string | null;
  readonly ssh: string | null;
}

/** What handing in would be. */
export interface ClusterPlan {
  readonly cells: number;
  readonly finished: number;
  readonly failed: number;
  /** Cells that other jobs work on. */
  readonly underWay: number;
  readonly shards: number;
  /** Seconds of one thread for all cells, by estimate. */
  readonly seconds: number;
  readonly bytes: number;
  readonly files: number;
  /** What will not find room, one line each. */
  readonly problems: readonly string[];
}

/** How a shard stands. */
export type ClusterShardState = 'collected' | 'done' | 'running' | 'waiting' | 'silent' | 'stopped';

/** A shard of a job. */
export interface ClusterShard {
  readonly shard: number;
  readonly state: ClusterShardState;
  readonly finished: number;
  readonly failed: number;
  readonly cells: number;
  readonly host: string;
  /** When it last said something, ISO 8601; null where it never did. */
  readonly asOf: string | null;
  readonly attempts: number;
}

/** A job with its shards. */
export interface ClusterJob {
  readonly id: string;
  readonly entryId: string;
  readonly entryTitle: string;
  readonly system: 'slurm' | 'ssh' | 'script';
  readonly hosts: readonly string[];
  readonly threads: number;
  readonly minutes: number;
  readonly created: string;
  readonly cancelled: boolean;
  readonly cells: number;
  /** Cells that have ended, collected ones among them; those of them that failed, and those that are collected. */
  readonly finished: number;
  readonly failed: number;
  readonly collected: number;
  /** Why shards wait, in words. */
  readonly reasons: readonly string[];
  /** Why the engine did not answer, or null. */
  readonly trouble: string | null;
  readonly shards: readonly ClusterShard[];
}

const remoteJob = z.strictObject({ place: remotePlace, jobId: z.string().regex(/^[0-9a-f]{8}$/) });

/** What a collection has done. */
interface ClusterCollected {
  readonly cells: number;
  readonly jobsDone: number;
  readonly findings: readonly string[];
}

/** Calls about clusters. */
export const clusterCalls = {
  'cluster.systems': call<ClusterSystems>()(nothing),
  'cluster.jobs': call<readonly ClusterJob[]>()(nothing),
  'cluster.plan': call<ClusterPlan>()(z.strictObject({ subject, wishes: clusterWishes })),
  /** Makes (or extends) the entry of a sweep file and hands in what it lacks. */
  'cluster.submit': call<{ readonly entryId: string; readonly jobId: string }>()(
    z.strictObject({ subject, wishes: clusterWishes }),
  ),
  /** Takes what an entry's jobs have finished into it. */
  'cluster.collect': call<ClusterCollected>()(z.strictObject({ entryId })),
  'cluster.cancel': call<null>()(z.strictObject({ entryId, jobId: z.string().regex(/^[0-9a-f]{8}$/) })),
  /** The jobs of another machine, which is listened to from the first question until nobody has asked for a minute. */
  'cluster.remoteJobs': call<RemoteJobsState>()(z.strictObject({ place: remotePlace })),
  /** Copies what the entry of a job there has finished, and takes it into the entry here. */
  'cluster.remoteCollect': call<ClusterCollected>()(remoteJob),
  'cluster.remoteCancel': call<null>()(remoteJob),
  /** Hands in there what the entry of a job lacks, in a job like it; its id, or null where nothing was missing. */
  'cluster.remoteRest': call<{ readonly jobId: string | null }>()(remoteJob),
};
