/** `submit`: hands the missing cells of an entry to a cluster, as few tasks that each train many cells. */
import { jobEngine } from '../../../experiments/cluster/job-json.ts';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import { createComputePool } from '../../compute/compute-pool.ts';
import { provisionalDecision } from '../../compute/engine-decision.ts';
import { cpuText } from '../../compute/native-kernels.ts';
import { runProgram } from '../../job-systems/program-run.ts';
import type { JobSystemFacts } from '../../job-systems/job-system.ts';
import { hostsFrom, parallelWords } from '../../job-systems/ssh.ts';
import { sbatchWords } from '../../job-systems/slurm.ts';
import { printedScript, scriptKinds, type ScriptKind } from '../../job-systems/task-script.ts';
import { diskFileSystem } from '../../lab/disk/files.ts';
import { sortedCells } from '../../lab/cluster/cells-to-submit.ts';
import { systemOf } from '../../lab/cluster/job-progress.ts';
import { jobsFolder } from '../../lab/cluster/new-job.ts';
import { roomFor, roomProblems, type Room } from '../../lab/cluster/room.ts';
import {
  jobsOf,
  orderOf,
  plannedSubmission,
  submitJob,
  type Submission,
  type Wanted,
} from '../../lab/cluster/submission.ts';
import type { EntryStore } from '../../lab/notebook/entry-store.ts';
import { openNotebook } from '../../lab/notebook/notebook.ts';
import { planSweepFile } from '../../lab/sweeps/sweep-plan.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { formatBytes, formatDuration, printJson, printLine, remark } from '../console-output.ts';
import { entryForPlan } from '../run.ts';
import { UserError } from '../user-error.ts';
import { guessedGpuSpeed, probedGpuSpeed } from './gpu-probes.ts';
import { minutesFrom } from './minutes.ts';

/** Megabytes that a task needs beside its GPU: drivers map some of theirs, and many cells are under way. */
const gpuMemoryMb = 3000;

/** Where a job goes: a system, and the kind of script where it is one that is printed. */
interface Destination {
  readonly system: Wanted['system'];
  readonly hosts: readonly string[];
  readonly script: ScriptKind | null;
}

export const submitCommand: Command = {
  usage:
    'SWEEP.yaml|ENTRY [--on slurm|ssh:HOST,HOST|script:KIND] [--shards N] [--at-once N] [--threads N] [--time 2h] [--memory MB] [--gpus 0|1] [--engine wasm|webgpu] [--set key=value ...] [--group] [--dry-run] [-- ENGINE OPTIONS]',
  summary: `trains the missing cells of an entry on a cluster; kinds of scripts are ${scriptKinds.join(', ')}`,
  options: {
    on: 'text',
    shards: 'text',
    'at-once': 'text',
    threads: 'text',
    time: 'text',
    memory: 'text',
    gpus: 'text',
    engine: 'text',
    node: 'text',
    set: 'texts',
    group: 'flag',
    'dry-run': 'flag',
  },
  positionals: { min: 1, max: Infinity },
  async run(args) {
    const destination = destinationFrom(args.text('on') ?? 'slurm');
    const wanted = wantedFrom(args, destination);
    const notebook = await openNotebook(args.notebook(), { mode: 'write' });
    try {
      const subject = args.positional(0);
      const entry = /\.ya?ml$/i.test(subject)
        ? await entryOfSweep(args, notebook, wanted)
        : await notebook.find(subject);
      return await submit(entry, wanted, destination, args);
    } finally {
      await notebook.close();
    }
  },
};

async function entryOfSweep(
  args: Arguments,
  notebook: Awaited<ReturnType<typeof openNotebook>>,
  { gpus }: Wanted,
): Promise<EntryStore> {
  const provisional = provisionalDecision(1);
  const decision =
    gpus > 0
      ? { ...provisional, engine: jobEngine(gpus), description: 'WebGPU on the GPUs of a job (as asked)' }
      : { ...provisional, description: cpuText() };
  const plan = await planSweepFile(diskFileSystem, args.positional(0), args.texts('set'), decision);
  plan.remarks.forEach((line) => remark(`note: ${line}`));
  return (await entryForPlan(notebook, plan, decision, false)).entry;
}

async function submit(
  entry: EntryStore,
  wanted: Wanted,
  { script }: Destination,
  args: Arguments,
): Promise<number> {
  const jobs = await jobsOf(entry, runProgram, Date.now(), remark);
  const sorted = await sortedCells(entry, jobs);
  const { finished, failed, underWay } = sorted;
  const missing = sorted.missing.filter(({ config }) => engineOfCell(config) === jobEngine(wanted.gpus));
  const others = sorted.missing.length - missing.length;
  if (others > 0 && missing.length === 0) throw new UserError(othersText(others, wanted), 1);
  if (others > 0) remark(othersText(others, wanted));
  if (missing.length === 0) {
    printLine(`Nothing to submit: ${finished} cells finished, ${failed} failed, ${underWay} under way.`);
    return 0;
  }
  const probe = { system: wanted.system, shards: 1 };
  const engine = systemOf(probe, entry.path, runProgram);
  const facts = await engine?.facts();
  const isDry = args.flag('dry-run');
  if (facts === null && !isDry)
    throw new UserError(
      wanted.system === 'slurm'
        ? 'There is no Slurm on this machine (sbatch is missing). Run this on a login node of the cluster.'
        : 'GNU parallel is missing on this machine; install the package parallel.',
      1,
    );
  const speed =
    wanted.gpus === 0
      ? (await threadSpeed()) / 2
      : isDry || script !== null
        ? guessedGpuSpeed
        : await probedGpuSpeed(entry, wanted);
  const planned = await plannedSubmission(entry, missing, wanted, speed, facts?.longestArray ?? null);
  const lines = planLines(planned, wanted, sorted);
  const room = await roomFor(entry.path, runProgram);
  roomProblems(planned, room, formatBytes).forEach(remark);
  if (isDry) {
    if (args.flag('json'))
      printJson({ ...planned, cells: missing.map(({ id }) => id), facts: facts ?? null, room });
    else {
      [...lines, limitsLine(facts ?? null, room)].forEach(printLine);
      dryWords(planned, wanted, script, entry).forEach(printLine);
    }
    return 0;
  }
  const { folder, job } = await submitJob(entry, planned, wanted, runProgram);
  if (args.flag('json'))
    printJson({ id: job.id, folder, engineId: job.engineId, cells: job.cells, shards: job.shards });
  else if (script !== null) process.stdout.write(printedScript(script, orderOf(job, folder, wanted)));
  else {
    lines.forEach(printLine);
    printLine(
      `Job ${job.id} (${job.engineId}); creasebook jobs shows how it stands, collect takes what is done.`,
    );
  }
  return 0;
}

function planLines(
  { cells, seconds, shards, bytes, files }: Submission,
  { threads, minutes, gpus }: Wanted,
  {
    finished,
    failed,
    underWay,
  }: { readonly finished: number; readonly failed: number; readonly underWay: number },
): string[] {
  const total = seconds.reduce((sum, one) => sum + one, 0);
  const lanes = gpus > 0 ? 1 : threads;
  const left = [
    ...(finished > 0 ? [`${finished} finished`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(underWay > 0 ? [`${underWay} under way`] : []),
  ];
  return [
    `${cells.length} cells${left.length > 0 ? ` (left out: ${left.join(', ')})` : ''} in ${shards} shards of ${gpus > 0 ? 'a GPU' : `${threads} threads`} and ${formatDuration(60 * minutes)}`,
    `about ${formatDuration(total)} of one ${gpus > 0 ? 'GPU' : 'thread'}, ${formatDuration(total / (shards * lanes))} with all shards at once; ${formatBytes(bytes)} in ${files} files`,
  ];
}

/** What is said of cells that the job's engine does not train. */
function othersText(others: number, { gpus }: Wanted): string {
  return gpus > 0
    ? `${others} missing cells are none of the GPU's; submit without --gpus trains what processors train.`
    : `${others} missing cells belong to another engine; submit --gpus 1 --engine webgpu trains those of GPUs.`;
}

/** What limits a job: the engine's arrays, the disk, quotas. */
function limitsLine(facts: JobSystemFacts | null, { freeFiles, quotas, ...room }: Room): string {
  const longest = facts?.longestArray ?? null;
  const limits = [
    `${facts?.version ?? 'the engine is not here'}${longest === null ? '' : `, arrays of up to ${longest - 1}`}`,
    ...(room.freeBytes === 0 ? [] : [`${formatBytes(room.freeBytes)} free`]),
    ...(freeFiles === null ? [] : [`room for ${freeFiles.toLocaleString('en')} files`]),
    ...quotas.map(({ fileSystem, files, mostFiles, bytes, mostBytes }) =>
      [
        `your quota on ${fileSystem}: ${formatBytes(bytes)}${mostBytes === null ? '' : ` of ${formatBytes(mostBytes)}`}`,
        `${files}${mostFiles === null ? '' : ` of ${mostFiles}`} files`,
      ].join(' and '),
    ),
  ];
  return `limits: ${limits.join('; ')}`;
}

function dryWords(
  planned: Submission,
  wanted: Wanted,
  script: ScriptKind | null,
  entry: EntryStore,
): string[] {
  const folder = `${jobsFolder(entry.path)}/00000000`;
  const { shards } = planned;
  const order = { ...wanted, name: 'creasebook-00000000', folder, shards };
  if (script !== null) return printedScript(script, order).trimEnd().split('\n');
  return wanted.system === 'slurm' ? ['sbatch', ...sbatchWords(order)] : parallelWords(order);
}

/** Floating-point operations a second of one thread here, the best that is known of machines elsewhere. */
async function threadSpeed(): Promise<number> {
  const pool = createComputePool(1);
  try {
    return await pool.trainingSpeed('strict');
  } finally {
    await pool.close();
  }
}

function destinationFrom(text: string): Destination {
  if (text === 'slurm') return { system: 'slurm', hosts: [], script: null };
  if (text.startsWith('ssh:')) return { system: 'ssh', hosts: hostsFrom(text.slice(4)), script: null };
  const script = scriptKinds.find((kind) => text === `script:${kind}`);
  if (script !== undefined) return { system: 'script', hosts: [], script };
  throw new UserError(
    `--on must be slurm, ssh:HOST,HOST or script:KIND with a KIND of ${scriptKinds.join(', ')}, is '${text}'`,
  );
}

/** GPUs of a task: a job's engine is chosen by its person, and a task of another engine would have other bits. */
function gpusFrom(args: Arguments): Wanted['gpus'] {
  const engine = args.text('engine') ?? 'wasm';
  if (engine !== 'wasm' && engine !== 'webgpu')
    throw new UserError(
      `--engine must be wasm or webgpu (with --gpus 1) for a job, is '${engine}': other machines would choose otherwise`,
    );
  const gpus = args.whole('gpus', 0, 1) === 1 ? 1 : 0;
  if ((gpus === 1) === (engine === 'webgpu')) return gpus;
  throw new UserError(
    gpus === 1
      ? '--gpus 1 needs --engine webgpu: wasm trains on processors'
      : '--engine webgpu needs --gpus 1',
  );
}

function wantedFrom(args: Arguments, { system, hosts }: Destination): Wanted {
  const gpus = gpusFrom(args);
  const [, ...extra] = args.positionals;
  if (extra.length > 0 && !extra[0].startsWith('-'))
    throw new UserError(`submit: unexpected argument '${extra[0]}'; options for the engine stand after --`);
  const threads = args.whole('threads', 1, 256) ?? 4;
  return {
    ...{ system, hosts: [...hosts], extra, threads, gpus },
    shards: args.whole('shards', 1, 100_000) ?? null,
    atOnce: args.whole('at-once', 1, 100_000) ?? null,
    memoryMb: args.whole('memory', 100, 10_000_000) ?? (gpus > 0 ? gpuMemoryMb : 0) + 300 + 150 * threads,
    isForGroup: args.flag('group'),
    minutes: minutesFrom(args.text('time') ?? '2h'),
    // Electron is no node program.
    node: args.text('node') ?? (process.versions['electron'] === undefined ? process.execPath : 'node'),
  };
}
