/** What `submit` does before it hands in a job for GPUs: has the engine's machines say what theirs are. */
import { probeText } from '../../../experiments/cluster/gpu-probe.ts';
import { waitingReason } from '../../../experiments/cluster/waiting-reason.ts';
import { probeOnSlurm, probeOverSsh } from '../../job-systems/gpu-probe.ts';
import { runLongProgram, runProgram } from '../../job-systems/program-run.ts';
import { withProbeFolder } from '../../lab/cluster/new-job.ts';
import type { Wanted } from '../../lab/cluster/submission.ts';
import type { EntryStore } from '../../lab/notebook/entry-store.ts';
import { remark } from '../console-output.ts';
import { stopOnInterrupt } from '../measure.ts';
import { UserError } from '../user-error.ts';

/** Floating-point operations a second that are reckoned with where no GPU was asked: a plan says how many cells, not when. */
export const guessedGpuSpeed = 1e12;

/** Minutes that a probe's task may take. */
const probeMinutes = 5;

/**
 * Floating-point operations of training a second that the slowest GPU reaches which is asked. Waits until the engine has one
 * free; Ctrl-C takes the question back. Throws UserError with what is missing where a job could not train.
 */
export async function probedGpuSpeed(entry: EntryStore, wanted: Wanted): Promise<number> {
  const stop = stopOnInterrupt();
  try {
    const probes = await withProbeFolder(entry, async (folder) => {
      const name = `creasebook-probe-${folder.slice(-8)}`;
      const order = { ...wanted, name, folder, shards: 1, minutes: Math.min(probeMinutes, wanted.minutes) };
      if (wanted.system === 'ssh') return probeOverSsh(runLongProgram, order);
      const onWaiting = (reason: string): void =>
        remark(`waiting for a GPU to look at: ${waitingReason(reason)}`);
      return [await probeOnSlurm(runProgram, order, { onWaiting, signal: stop.signal })];
    });
    for (const probe of probes) if (probe.adapter !== null) remark(`GPU of ${probeText(probe)}`);
    const without = probes.find(({ adapter }) => adapter === null);
    if (without !== undefined) throw new UserError(`No job was handed in. ${probeText(without)}`, 1);
    return Math.min(...probes.map(({ flopsPerSecond }) => flopsPerSecond));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new UserError('Stopped: no GPU was looked at, and no job was handed in.', 1);
  } finally {
    stop.release();
  }
}
