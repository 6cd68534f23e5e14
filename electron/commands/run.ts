/** `run`: trains a sweep, keeps it as an entry, goes on where an earlier run stopped. */
import { performance } from 'node:perf_hooks';
import { neededFamilies } from '../../experiments/findings/needed-measures.ts';
import { verdictJson, type JudgedClaim } from '../../experiments/findings/verdict-text.ts';
import { pngFromPicture } from '../../experiments/targets/png.ts';
import type { SweepCell } from '../../experiments/sweeps/cell.ts';
import type { EngineDecision } from '../compute/engine-decision.ts';
import type { EngineHost } from '../compute/engine-host.ts';
import { measuringTools } from '../compute/thread-engines.ts';
import { environmentRecord } from '../compute/environment.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import { claimsOfEntry } from '../lab/findings/entry-claims.ts';
import { fillMeasures } from '../lab/findings/measure-tables.ts';
import { keepVerdicts, registeredVerdicts } from '../lab/findings/entry-verdicts.ts';
import { plannedCells } from '../lab/exports/chosen-cells.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import { openNotebook, type Notebook } from '../lab/notebook/notebook.ts';
import { planSweepFile, type SweepPlan } from '../lab/sweeps/sweep-plan.ts';
import { movedText, moveToCpu, splitEntry } from '../lab/queue/engine-sharing.ts';
import { toldOutcome, isUntouched } from '../lab/queue/told-cells.ts';
import { cellWork, isComplete, runSweep, type CellOutcome, type CellUpdate } from '../lab/queue/sweep-run.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { printJson, printLine, remark, verdictLines } from './console-output.ts';
import { dryRun, plannedBytes, roomWarning } from './dry-run.ts';
import { openEngine } from './engine-option.ts';
import { stopOnInterrupt } from './measure.ts';
import { progressLines, ProgressDisplay, type CellProgress } from './run-progress.ts';

/** Exit code of a program that Ctrl-C stopped. */
const interruptedCode = 130;

export const runCommand: Command = {
  usage:
    'SWEEP.yaml [--where FILTER] [--engine auto|wasm|webgpu|reference] [--threads N] [--set key=value ...] [--dry-run] [--new] [--fail-fast]',
  summary: 'trains a sweep and keeps it as an entry; run again, it resumes or trains only what is missing',
  options: {
    engine: 'text',
    threads: 'text',
    set: 'texts',
    where: 'text',
    'dry-run': 'flag',
    new: 'flag',
    'fail-fast': 'flag',
  },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const host = await openEngine(args);
    try {
      const plan = await planSweepFile(diskFileSystem, args.positional(0), args.texts('set'), host.decision);
      plan.remarks.forEach((line) => remark(`note: ${line}`));
      if (args.flag('dry-run'))
        return await dryRun(chosenOf(plan, args), host, args.flag('json'), args.notebook());
      return await runAndReport(plan, host, args);
    } finally {
      await host.pool.close();
    }
  },
};

/** Runs a plan and prints how it ended: its verdicts, then where the entry lies. Resolves to the exit code. */
export async function runAndReport(plan: SweepPlan, host: EngineHost, args: Arguments): Promise<number> {
  const { exitCode, entryPath, outcomes, verdicts } = await runPlan(plan, host, args);
  if (args.flag('json')) {
    const cells = outcomes.map(({ id, label, state, epochs, seconds }) => ({
      id,
      label,
      state,
      epochs,
      seconds,
    }));
    const told = verdicts.length === 0 ? {} : { claims: verdicts.map(verdictJson) };
    printJson({ entry: entryPath, cells, ...told });
    return exitCode;
  }
  verdictLines(verdicts).forEach(printLine);
  printLine(entryPath);
  return exitCode;
}

/** What a finished `run` has to say: its exit code, where the entry lies, how each cell ended, and the verdicts on its claims. */
export interface FinishedRun {
  readonly exitCode: number;
  readonly entryPath: string;
  readonly outcomes: readonly CellOutcome[];
  readonly verdicts: readonly JudgedClaim[];
}

/** Runs a plan with progress on stderr; the result stays unprinted. */
export async function runPlan(plan: SweepPlan, host: EngineHost, args: Arguments): Promise<FinishedRun> {
  const notebook = await openNotebook(args.notebook(), { mode: 'write' });
  try {
    if (notebook.takenOver !== null) remark(notebook.takenOver);
    const warning = await roomWarning(plannedBytes(chosenOf(plan, args)), notebook.dir);
    if (warning !== null) remark(warning);
    const { entry, cells } = await entryForPlan(notebook, plan, host.decision, args.flag('new'));
    const { outcomes, stopped } = await train(entry, chosenOf({ ...plan, cells }, args), host, args);
    for (const { label, message } of outcomes) if (message !== null) remark(`${label}: ${message}`);
    if (stopped) remark('Stopped. Run the same command again to go on from here.');
    const isDone = outcomes.every(({ state, message }) => state === 'finished' && message === null);
    if (!stopped) await measureForClaims(entry);
    const verdicts = await registeredVerdicts(entry);
    await keepVerdicts(entry, verdicts, new Date());
    const exitCode = stopped ? interruptedCode : isDone ? 0 : 1;
    return { exitCode, entryPath: entry.path, outcomes, verdicts: verdicts.claims };
  } finally {
    await notebook.close();
  }
}

/** The plan with those of its cells that are to be trained now. */
function chosenOf(plan: SweepPlan, args: Arguments): SweepPlan {
  return { ...plan, cells: plannedCells(plan.cells, args.text('where')) };
}

/** Computes what the claims of the entry need and its records do not hold. */
async function measureForClaims(entry: EntryStore): Promise<void> {
  const needed = neededFamilies((await claimsOfEntry(entry)).claims.map(({ claim }) => claim));
  if (needed.length === 0) return;
  const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
  const stop = stopOnInterrupt();
  try {
    await fillMeasures(entry, needed, entry.json.cells, {
      tools: await measuringTools(),
      signal: stop.signal,
      onProgress: (done, of) => display.update(() => [`${done}/${of} snapshots measured`]),
    });
    display.end();
  } finally {
    stop.release();
  }
}

/** The newest entry that this sweep goes on with, brought up to date, or a new one. */
export async function entryForPlan(
  notebook: Notebook,
  plan: SweepPlan,
  decision: EngineDecision,
  isNew: boolean,
): Promise<{ readonly entry: EntryStore; readonly cells: readonly SweepCell[] }> {
  const { spec, text, picture, target, snapshots } = plan;
  const { digest } = target;
  const targets = [
    {
      digest,
      get png() {
        return pngFromPicture(picture);
      },
    },
  ];
  const { known, cells } = isNew
    ? { known: null, cells: plan.cells }
    : await knownEntry(notebook, plan, decision);
  if (known !== null) {
    await known.updateSweep(text, cells, targets);
    return { entry: known, cells };
  }
  const environment = environmentRecord(decision);
  const names = { name: spec.name, title: spec.name };
  const files = { sweepText: text, cells, snapshots, targets };
  return { entry: await notebook.create({ ...names, ...files, environment, created: new Date() }), cells };
}

async function knownEntry(
  notebook: Notebook,
  { spec, cells }: SweepPlan,
  { split }: EngineDecision,
): Promise<{ readonly known: EntryStore | null; readonly cells: readonly SweepCell[] }> {
  if (split !== null) return splitEntry(notebook, spec.name, cells, spec.training.determinism);
  const ids = cells.map(({ id }) => id);
  return { known: await notebook.findForSweep(spec.name, ids), cells };
}

async function train(
  entry: EntryStore,
  plan: SweepPlan,
  { pool, decision }: EngineHost,
  args: Arguments,
): Promise<{ outcomes: CellOutcome[]; stopped: boolean }> {
  const clock = (): number => performance.now() / 1000;
  const done = new Map<string, CellOutcome>();
  for (const cell of plan.cells) {
    const outcome = await toldOutcome(entry, cell);
    if (outcome !== null) done.set(cell.id, outcome);
  }
  const progress = new Map<string, TimedProgress>();
  for (const cell of plan.cells)
    progress.set(cell.id, await progressOf(entry, plan, cell, done.has(cell.id)));
  const display = new ProgressDisplay(process.stderr, clock);
  const startedAt = clock();
  const lines = (): string[] =>
    progressLines([...progress.values()], pool.cellsAtOnce(decision.engine), clock() - startedAt);
  const stop = stopOnSignals();
  const redraw = setInterval(() => display.update(lines), 500);
  try {
    const outcomes = await runSweep({
      cells: plan.cells,
      done,
      picture: plan.picture,
      snapshots: plan.snapshots,
      engine: decision.engine,
      environment: environmentRecord(decision),
      executor: pool,
      signal: stop.signal,
      failFast: args.flag('fail-fast'),
      moveToCpu: decision.split === null ? undefined : (outcome) => moved(entry, progress, plan, outcome),
      openCell: (id) => entry.cell(id),
      cellChanged: (id) => entry.setCellSummary(id),
      onUpdate: (update) => {
        noteUpdate(progress, update, clock());
        display.update(lines);
      },
    });
    display.end(lines());
    return { outcomes, stopped: stop.signal.aborted };
  } finally {
    clearInterval(redraw);
    stop.release();
  }
}

interface TimedProgress extends CellProgress {
  startedAt: number;
}

async function progressOf(
  entry: EntryStore,
  plan: SweepPlan,
  cell: SweepCell,
  isDone: boolean,
): Promise<TimedProgress> {
  const start = { loss: null, seconds: 0, startedAt: 0, work: cellWork(cell, plan) };
  const ended = (epoch: number): TimedProgress => {
    const state = epoch < cell.epochs ? 'waiting' : 'ended';
    return { label: cell.label, epochs: cell.epochs, startEpoch: epoch, epoch, state, ...start };
  };
  if (isDone) return ended(cell.epochs);
  if (await isUntouched(entry, cell)) return ended(0);
  const store = await entry.cell(cell.id);
  return ended(
    isComplete(store, cell.epochs) ? cell.epochs : ((await store.resumePoint())?.state.epoch ?? 0),
  );
}

/** Puts the CPU's cell in the place of one that the GPU cannot finish, here and in the entry, and says so. */
async function moved(
  entry: EntryStore,
  progress: Map<string, TimedProgress>,
  plan: SweepPlan,
  { id, label, message }: CellOutcome,
): Promise<SweepCell | null> {
  const cell = await moveToCpu(entry, id);
  if (cell === null) return null;
  progress.delete(id);
  progress.set(cell.id, await progressOf(entry, plan, cell, false));
  remark(`${label}: ${message} ${movedText(cell)}`);
  return cell;
}

function noteUpdate(progress: Map<string, TimedProgress>, update: CellUpdate, now: number): void {
  const cell = progress.get(update.cellId);
  if (cell === undefined) return;
  if (update.phase === 'started') cell.startedAt = now;
  cell.state = update.phase === 'ended' ? 'ended' : 'running';
  cell.epoch = Math.max(cell.epoch, update.epoch);
  cell.loss = update.loss ?? cell.loss;
  cell.seconds = now - cell.startedAt;
}

/** Aborts on the first Ctrl-C, SIGTERM or closed terminal; a second one ends the process at once, the records stay whole. */
function stopOnSignals(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(interruptedCode);
    remark('Stopping at the end of the epoch; everything is kept. Press Ctrl-C again to stop at once.');
    controller.abort();
    // SIGTERM promises an end within five seconds, even where an epoch takes longer than that.
    setTimeout(() => {
      remark('The epoch takes too long; stopped at once. The records are whole up to the last snapshot.');
      process.exit(interruptedCode);
    }, 4500).unref();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, stop);
    },
  };
}
