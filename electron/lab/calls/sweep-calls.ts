/** Calls about sweeps that are not entries yet: checking, editing, presets, pictures. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import { engineOfCell, trainingChoice } from '../../../experiments/sweeps/cell-engine.ts';
import { cellSeconds } from '../../../experiments/sweeps/cost-model.ts';
import { sweepSeconds, trainersText } from '../../../experiments/sweeps/sweep-estimate.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { isPointsFileName } from '../../../experiments/targets/sweep-target.ts';
import { builtInTargetNames } from '../../../experiments/targets/built-in.ts';
import type { PlannedSweep } from '../sweeps/planned-sweep.ts';
import { presetsFolder } from '../../program/assets.ts';
import type { PlannedCell, SweepCheck, SweepPreset, TargetSummary } from '../../contract/sweeps.ts';
import { readWhole } from '../disk/files.ts';
import { missingBytes } from '../disk/folder-size.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CallHandlers } from './router.ts';
import { varyingAxes } from '../../../experiments/sweeps/swept-axes.ts';
import { requireWritable, trainingEngines, type LabContext } from './lab-context.ts';
import { keepPicture, pictureNames } from '../notebook/notebook-pictures.ts';
import { editedSweep } from '../sweeps/sweep-edits.ts';

type SweepCall =
  | 'sweep.check'
  | 'sweep.edit'
  | 'sweep.points'
  | 'sweep.presets'
  | 'targets.list'
  | 'targets.upload'
  | 'targets.picture';

const maxPresetBytes = 1 << 20;

/** How long a check waits for the speed of a GPU, which is measured when it is first asked for. */
const gpuSpeedMs = 1000;

/** Handlers of the calls about sweeps. */
export function sweepCalls(context: LabContext): CallHandlers<SweepCall> {
  const { notebook, background } = context;
  const folder = notebook.dir;
  const builtIn = new Map<string, Promise<TargetSummary | null>>();
  const builtInTarget = (name: string): Promise<TargetSummary | null> => {
    const summary = builtIn.get(name) ?? targetSummary(context, name);
    builtIn.set(name, summary);
    return summary;
  };
  const check = async (yaml: string, signal: AbortSignal): Promise<SweepCheck> => {
    const input = { yaml, folder, engines: await trainingEngines(context), withPicture: false };
    return checkOf(context, yaml, await background.run('plan', input, { signal }));
  };
  return {
    'sweep.check': ({ yaml }, { signal }) => check(yaml, signal),
    'sweep.edit': ({ yaml, edits }, { signal }) => check(editedSweep(yaml, edits), signal),
    async 'sweep.points'({ yaml, cellId }, { signal }) {
      const input = { yaml, folder, engines: await trainingEngines(context), withPicture: false };
      const { plan, problems } = await background.run('plan', input, { signal });
      const cell = plan?.cells.find(({ id }) => id === cellId);
      if (cell === undefined) {
        throw new LabError('not-found', problems[0]?.message ?? `The sweep has no cell ${cellId}.`);
      }
      const source = { kind: 'name' as const, target: parseSweep(yaml).target, folder };
      return background.run('points', { source, config: cell.config }, { signal });
    },
    'sweep.presets': () => presets(context),
    async 'targets.list'() {
      const brought = await pictureNames(context.fs, folder);
      const targets = await Promise.all([
        ...builtInTargetNames.map(builtInTarget),
        ...brought.map((name) => targetSummary(context, name)),
      ]);
      return targets.filter((target) => target !== null);
    },
    async 'targets.upload'({ name, bytes }) {
      requireWritable(context);
      const isPoints = isPointsFileName(name);
      const source = { kind: 'file' as const, digest: bytesDigest(bytes), bytes, isPoints };
      const size = await background.run('picture-size', { source });
      return { name: await keepPicture(context.fs, folder, name, bytes), builtIn: false, ...size };
    },
    'targets.picture': ({ target, width, height }, { signal }) =>
      background.run(
        'picture',
        { source: { kind: 'name', target, folder }, view: { x0: 0, y0: 0, x1: 1, y1: 1 }, width, height },
        { signal },
      ),
  };
}

/** Seconds of each cell of a plan; null where there is no speed to go by, or none yet. */
async function secondsOfCells(
  { speedOf }: LabContext,
  { cells, costs }: NonNullable<PlannedSweep['plan']>,
): Promise<(number | null)[]> {
  const over = new AbortController();
  const late = wait(gpuSpeedMs, null, { signal: over.signal }).catch(() => null);
  const speeds = cells.map(({ config }) => {
    const engine = engineOfCell(config);
    const speed = speedOf(trainingChoice(engine, config)).catch(() => null);
    return engine === 'webgpu' ? Promise.race([speed, late]) : speed;
  });
  const known = await Promise.all(speeds);
  over.abort();
  return known.map((speed, at) => (speed === null ? null : cellSeconds(costs[at], speed)));
}

async function checkOf(
  context: LabContext,
  yaml: string,
  { document, problems, plan }: PlannedSweep,
): Promise<SweepCheck> {
  const { notebook, queue, decision } = context;
  const place = problems.map(({ line, message }) => ({ line, column: null, message }));
  if (plan === null)
    return {
      yaml,
      document,
      problems: place,
      remarks: [],
      axes: [],
      cells: [],
      estimate: null,
      missingBytes: 0,
    };
  const finished = await finishedCells(notebook);
  const seconds = await secondsOfCells(context, plan);
  const cells = plan.cells.map((cell, at): PlannedCell => {
    const cost = plan.costs[at];
    return {
      id: cell.id,
      label: cell.label,
      axes: cell.axes,
      epochs: cell.epochs,
      parameters: cost.parameters,
      points: cell.config.data.points,
      stepsPerEpoch: cost.stepsPerEpoch,
      engine: engineOfCell(cell.config),
      seconds: seconds[at],
      finishedIn: finished.get(`${cell.id} ${cell.epochs}`) ?? null,
    };
  });
  const missing = cells.filter(({ finishedIn }) => finishedIn === null);
  const missingIds = new Set(missing.map(({ id }) => id));
  const bytes = plan.cells.reduce(
    (sum, cell, at) => sum + (missingIds.has(cell.id) ? plan.costs[at].bytes : 0),
    0,
  );
  const timed = missing.flatMap(({ engine, seconds: own }) => (own === null ? [] : { engine, seconds: own }));
  const { parallel } = queue;
  const threads = Math.min(decision.threads, parallel ?? decision.threads);
  const trainers = trainersText(missing, threads, decision.adapter);
  return {
    yaml,
    document,
    problems: place,
    remarks: plan.remarks,
    axes: varyingAxes(plan.cells),
    cells,
    estimate:
      timed.length < missing.length ? null : { seconds: sweepSeconds(timed, threads), bytes, trainers },
    missingBytes: await missingBytes(bytes, notebook.dir),
  };
}

/** Entries by the cells (id and goal) that are finished in them. */
async function finishedCells(notebook: LabContext['notebook']): Promise<Map<string, string>> {
  const finished = new Map<string, string>();
  for (const entry of await notebook.list()) {
    for (const { id, epochs, state } of entry.cells) {
      if (state === 'finished') finished.set(`${id} ${epochs}`, entry.id);
    }
  }
  return finished;
}

async function presets({ fs }: LabContext): Promise<SweepPreset[]> {
  const folder = presetsFolder();
  const names = (await fs.list(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async (file) => {
      const yaml = new TextDecoder().decode(await readWhole(fs, join(folder, file), maxPresetBytes));
      const comment = /^(?:#.*\n)*/.exec(yaml)?.[0] ?? '';
      const description = comment.replaceAll(/^# ?/gm, '').trim().replaceAll('\n', ' ');
      return { name: file.replace(/\.yaml$/, ''), title: parseSweep(yaml).name, description, yaml };
    }),
  );
}

/** A picture's name and size; null where the file is no picture any more. */
async function targetSummary(
  { background, notebook }: LabContext,
  name: string,
): Promise<TargetSummary | null> {
  const builtIn = builtInTargetNames.some((known) => known === name);
  try {
    const source = { kind: 'name' as const, target: name, folder: notebook.dir };
    return { name, builtIn, ...(await background.run('picture-size', { source })) };
  } catch (error) {
    if (error instanceof Error && error.name === 'TargetError') return null;
    throw error;
  }
}
