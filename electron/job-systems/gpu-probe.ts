/** Looking at the GPUs of an engine's machines before a job is handed in: a task of its own on Slurm, a call of each machine over ssh. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { probeIn, type GpuProbe } from '../../experiments/cluster/gpu-probe.ts';
import { JobSystemError, type JobOrder } from './job-system.ts';
import { lastWords, type ProgramRun } from './program-run.ts';
import { slurm } from './slurm.ts';
import { cardsOf } from './ssh.ts';
import { quoted } from './task-script.ts';

/** How a probe is waited for. */
export interface ProbeWatch {
  /** Told why the task still waits, in the engine's word, when that changes. */
  onWaiting(reason: string): void;
  /** Aborted where nobody waits any longer: the task is taken back. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks for the answer, and between two questions to the engine. */
const lookMs = 500;
const askMs = 30_000;
/** A task that is gone may have answered on a file system that tells so late. */
const graceMs = 10_000;

/**
 * What one task on Slurm finds; `order.folder` holds the program and the probe's task.sh. The task is gone afterwards. Throws
 * JobSystemError where it ends without an answer, and the signal's reason after an abort.
 */
export async function probeOnSlurm(run: ProgramRun, order: JobOrder, watch: ProbeWatch): Promise<GpuProbe> {
  const system = slurm(run);
  const log = join(order.folder, 'log', '1.log');
  const engineId = await system.submit({ ...order, shards: 1, atOnce: null });
  let goneMs: number | null = null;
  let reason: string | null = null;
  try {
    for (let waitedMs = 0; ; waitedMs += lookMs) {
      const text = await readFile(log, 'utf8').catch(() => '');
      const probe = probeIn(text);
      if (probe !== null) return probe;
      if (goneMs !== null && waitedMs - goneMs > graceMs) throw new JobSystemError(silenceOf(text));
      // Short tasks are over before the engine would be asked again.
      if (goneMs === null && (waitedMs % askMs === 0 || waitedMs === 10 * lookMs)) {
        const outlook = (await system.look(engineId)).get(1);
        if (outlook === undefined) goneMs = waitedMs;
        else if (outlook.reason !== reason && outlook.reason !== '') {
          reason = outlook.reason;
          watch.onWaiting(reason);
        }
      }
      await sleep(lookMs, undefined, { signal: watch.signal });
    }
  } finally {
    await system.cancel(engineId, 'all').catch(() => undefined);
  }
}

function silenceOf(log: string): string {
  const line = log.trim().split('\n').at(-1) ?? '';
  return `The probe's task ended without an answer${line === '' ? '' : `: ${line.slice(0, 500)}`}`;
}

/** What the cards of each machine over ssh are, one after another. Throws JobSystemError where one of them does not answer. */
export async function probeOverSsh(run: ProgramRun, order: JobOrder): Promise<GpuProbe[]> {
  const probes: GpuProbe[] = [];
  for (const { host, card } of cardsOf(order)) {
    const work = join(order.folder, 'program', 'dist', 'node', 'work.js');
    const words = [order.node, work, order.folder, '--probe', '--json', '--card', String(card)];
    const end = await run('ssh', ['-o', 'BatchMode=yes', host, words.map(quoted).join(' ')]);
    const probe = probeIn(end.stdout);
    if (probe === null) throw new JobSystemError(`${host} does not say what its GPU is: ${lastWords(end)}`);
    probes.push({ ...probe, host: `${host}, card ${card}` });
  }
  return probes;
}
