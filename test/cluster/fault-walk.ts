/** A job walked through the faults that a cluster can put its tasks through, until it has ended. */
import type { JobFolder } from './job-folder.ts';
import { until, type TestCluster } from './slurm.ts';

/** A task is stopped in order, loses its node to something urgent, dies with its node, or is cut off and goes on unseen. */
export type NodeFault = 'requeue' | 'preemption' | 'death' | 'partition';

export const nodeFaults: readonly NodeFault[] = ['requeue', 'preemption', 'death', 'partition'];

const endedStates = ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL', 'PREEMPTED'];

/**
 * Puts the task of a shard through a fault once it runs, and waits until another attempt at it has begun. False where there is
 * none to put through it: it has ended, or waits again because of another one's fault.
 */
export async function fault(
  cluster: TestCluster,
  job: JobFolder,
  shard: number,
  kind: NodeFault,
  { isDeclared = true } = {},
): Promise<boolean> {
  let node = '';
  const hasNode = (): boolean => {
    const task = cluster.tasks(job.engineId).get(shard);
    node = task?.state === 'RUNNING' ? task.node : '';
    if (task?.state === 'PENDING') cluster.releaseHeld(job.engineId);
    return node !== '' || task === undefined || endedStates.includes(task.state);
  };
  await until(`shard ${shard} to run`, hasNode);
  if (node === '') return false;
  const starts = job.starts(shard);
  const earlier = new Set(job.attempts(shard).map(({ name }) => name));
  const task = `${job.engineId}_${shard}`;
  switch (kind) {
    case 'requeue':
      try {
        cluster.ask('scontrol', 'requeue', task);
      } catch (error) {
        if (/is pending execution/.test(String(error))) return false;
        throw error;
      }
      break;
    case 'preemption':
      cluster.ask('sbatch', '-Q', '-p', 'urgent', '-w', node, '--wrap', 'sleep 2', '--output=/dev/null');
      break;
    case 'death':
      cluster.killNode(node);
      break;
    case 'partition':
      cluster.cutNode(node);
      break;
  }
  // The controller finds out by itself after half a minute; whoever looks after a cluster may tell it.
  const isLost = kind === 'death' || kind === 'partition';
  if (isLost && isDeclared)
    cluster.ask('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=lost');
  const isOver = (): boolean => {
    if (job.starts(shard) > starts || !isListed(cluster, job, shard)) return true;
    cluster.releaseHeld(job.engineId);
    return false;
  };
  await until(`another attempt at shard ${shard} after ${kind} on ${node}`, isOver);
  if (!isLost) return true;
  // Both are at work: the one that was cut off, too, says so once the other has begun, unless it has nothing left to do.
  if (kind === 'partition') {
    const begun = Date.now();
    const hasSpoken = (): boolean =>
      job.attempts(shard).some(({ name, time }) => earlier.has(name) && Date.parse(time) > begun);
    await until(`the attempt that was cut off on ${node} to speak`, hasSpoken, 20).catch(() => undefined);
  }
  if (kind === 'death') cluster.startNode(node);
  else cluster.healNode(node);
  if (isDeclared) cluster.resumeNode(node);
  return true;
}

/** Whether Slurm has a task that has not ended. */
export function isListed(cluster: TestCluster, job: JobFolder, shard: number): boolean {
  const task = cluster.tasks(job.engineId).get(shard);
  return task !== undefined && !endedStates.includes(task.state);
}

/** Waits until no task of a job is left in Slurm. */
export function untilEnded(cluster: TestCluster, job: JobFolder, seconds = 600): Promise<void> {
  const hasEnded = (): boolean =>
    [...cluster.tasks(job.engineId).values()].every(({ state }) => endedStates.includes(state));
  return until(`job ${job.engineId} to end`, hasEnded, seconds);
}
