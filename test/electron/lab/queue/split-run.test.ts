import { describe, expect, it } from 'vitest';
import type { EngineName } from '../../../../experiments/engines/engine.ts';
import { EngineError, failureOf, NoGpuError } from '../../../../experiments/engines/engine-error.ts';
import { GpuError } from '../../../../experiments/engines/webgpu/gpu-error.ts';
import { engineOfCell } from '../../../../experiments/sweeps/cell-engine.ts';
import type { CellMessage } from '../../../../experiments/sweeps/cell-run-contract.ts';
import { errorFromWorker } from '../../../../experiments/tasks/task-protocol.ts';
import { pngFromPicture } from '../../../../experiments/targets/png.ts';
import type { EntryStore } from '../../../../electron/lab/notebook/entry-store.ts';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { openNotebook, type Notebook } from '../../../../electron/lab/notebook/notebook.ts';
import { moveToCpu, splitEntry } from '../../../../electron/lab/queue/engine-sharing.ts';
import { planSweep, type SweepPlan } from '../../../../electron/lab/sweeps/sweep-plan.ts';
import { runSweep, type CellOutcome } from '../../../../electron/lab/queue/sweep-run.ts';
import type { CellExecutor } from '../../../../electron/compute/cell-executor.ts';
import { temporaryFolder } from '../notebook/sample-notebook.ts';

const text = `name: shared
target: ring
epochs: 4
parameters:
  shape: { values: ["[4]*2"] }
  points: { values: [400, 200, 100, 50] }
training: { batch_size: 32 }
`;

/** GPU and CPU equally fast: each gets half of the work. */
const plan = (source = text): Promise<SweepPlan> =>
  planSweep(diskFileSystem, source, '/', [], {
    engine: 'webgpu',
    split: { gpu: 2e9, cpu: 2e9, threads: 2 },
  });

/** An executor whose GPU behaves as `onGpu` says and whose CPU finishes everything. */
function executorOf(onGpu: (send: (message: CellMessage) => void) => Promise<void>) {
  const started: { id: string; engine: EngineName }[] = [];
  const most = { wasm: 0, webgpu: 0, reference: 0 };
  const running = { wasm: 0, webgpu: 0, reference: 0 };
  const executor: CellExecutor = {
    threads: 1,
    cellsAtOnce: (engine) => (engine === 'webgpu' ? 2 : 1),
    runCell(job, engine, onMessage) {
      started.push({ id: job.cellId, engine });
      most[engine] = Math.max(most[engine], ++running[engine]);
      const finish = (): void => onMessage({ kind: 'finished', epoch: 4, reason: 'goal' });
      const work = new Promise((resolve) => setTimeout(resolve, 5)).then(() =>
        engine === 'webgpu' ? onGpu(onMessage) : finish(),
      );
      const done = work.finally(() => running[engine]--);
      return { done, abort: () => undefined, acknowledge: () => undefined };
    },
  };
  return { executor, started, most };
}

async function inEntry<Result>(
  { spec, text: sweepText, cells, snapshots, target, picture }: SweepPlan,
  use: (entry: EntryStore, notebook: Notebook) => Promise<Result>,
): Promise<Result> {
  const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
  try {
    const targets = [{ digest: target.digest, png: pngFromPicture(picture) }];
    const names = { name: spec.name, title: spec.name };
    const entry = { ...names, sweepText, cells, snapshots, targets, environment: {}, created: new Date(0) };
    return await use(await notebook.create(entry), notebook);
  } finally {
    await notebook.close();
  }
}

function run(
  entry: EntryStore,
  sweep: SweepPlan,
  executor: CellExecutor,
  canMove = true,
): Promise<CellOutcome[]> {
  return runSweep({
    cells: sweep.cells,
    picture: sweep.picture,
    snapshots: sweep.snapshots,
    engine: 'webgpu',
    environment: {},
    executor,
    signal: new AbortController().signal,
    failFast: false,
    moveToCpu: canMove ? ({ id }) => moveToCpu(entry, id) : undefined,
    openCell: (id) => entry.cell(id),
    cellChanged: (id) => entry.setCellSummary(id),
    onUpdate: () => undefined,
  });
}

const enginesOf = ({ cells }: Pick<SweepPlan, 'cells'>): EngineName[] =>
  cells.map(({ config }) => engineOfCell(config));

describe('a sweep on GPU and CPU', () => {
  it('gives each cell the arithmetic and the id of the engine that trains it', async () => {
    const shared = await plan();
    expect(enginesOf(shared)).toEqual(['webgpu', 'webgpu', 'wasm', 'wasm']);
    expect(shared.cells.map(({ config }) => config.determinism)).toEqual([
      'device',
      'device',
      'portable',
      'portable',
    ]);
    const alone = (engine: EngineName) => planSweep(diskFileSystem, text, '/', [], { engine, split: null });
    const [gpu, cpu] = [await alone('webgpu'), await alone('wasm')];
    expect(shared.cells).toEqual([...gpu.cells.slice(0, 2), ...cpu.cells.slice(2)]);
  });

  it('trains on both at once, as many cells as each takes', async () => {
    const shared = await plan();
    // No cell ends before as many have begun as there are places.
    const { executor, started, most } = executorOf(async (send) => {
      while (started.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
      send({ kind: 'finished', epoch: 4, reason: 'goal' });
    });
    const outcomes = await inEntry(shared, (entry) => run(entry, shared, executor));
    expect(outcomes.map(({ state }) => state)).toEqual(new Array(4).fill('finished'));
    expect(new Map(started.map(({ id, engine }) => [id, engine]))).toEqual(
      new Map(shared.cells.map(({ id, config }) => [id, engineOfCell(config)])),
    );
    expect(most).toEqual({ wasm: 1, webgpu: 2, reference: 0 });
    expect(
      started
        .slice(0, 3)
        .map(({ engine }) => engine)
        .sort(),
    ).toEqual(['wasm', 'webgpu', 'webgpu']);
  });

  it.each([
    ['lost again', new EngineError('device lost', 'It hung.')],
    ['gone', new NoGpuError('There is none.')],
    ['out of memory', new GpuError('out of memory', 'training bank: nothing left')],
    [
      'out of memory in a process of its own',
      errorFromWorker({ name: 'Error', message: 'The well is dry.', failure: 'out of memory' }),
    ],
  ])('has the CPU train what a GPU that is %s does not', async (_, error) => {
    const shared = await plan();
    const { executor, started } = executorOf(() => Promise.reject(error));
    const { message } = error;
    const failure = failureOf(error);
    await inEntry(shared, async (entry, notebook) => {
      const outcomes = await run(entry, shared, executor);
      expect(outcomes.map(({ state, failure: kind }) => [state, kind])).toEqual(
        new Array(4).fill(['finished', null]),
      );
      const { cells } = entry.json;
      expect(cells.map(({ config, state }) => [engineOfCell(config), state])).toEqual([
        ['wasm', 'finished'],
        ['webgpu', 'failed'],
        ['wasm', 'finished'],
        ['webgpu', 'failed'],
        ['wasm', 'finished'],
        ['wasm', 'finished'],
      ]);
      expect(cells[0].axes).toEqual(cells[1].axes);
      expect(outcomes[0].id).toBe(cells[0].id);
      const lost = await entry.cell(cells[1].id);
      expect(lost.events.at(-1)?.event).toEqual({ kind: 'failed', epoch: 0, failure, message });
      expect(started).toHaveLength(6);
      // The same sweep again goes on with the cells that there are.
      const again = await splitEntry(notebook, 'shared', shared.cells, 'portable');
      expect(again.known?.id).toBe(entry.id);
      expect(again.cells.map(({ id }) => id)).toEqual(outcomes.map(({ id }) => id));
    });
  });

  it('fails such a cell where the GPU was asked for, and one that fails for its own reasons anywhere', async () => {
    const shared = await plan();
    const states = async (error: Error, canMove: boolean): Promise<string[]> => {
      const { executor } = executorOf(() => Promise.reject(error));
      return inEntry(shared, async (entry) => {
        const outcomes = await run(entry, shared, executor, canMove);
        expect(outcomes[0].message).toBe(error.message);
        return outcomes.map(({ state }) => state);
      });
    };
    const expected = ['failed', 'failed', 'finished', 'finished'];
    expect(await states(new EngineError('device lost', 'It hung.'), false)).toEqual(expected);
    expect(await states(new Error('The GPU was lost: out of memory'), true)).toEqual(expected);
  });

  it('keeps a cell on its engine when the sweep grows', async () => {
    const shared = await plan();
    const grown = await plan(text.replace('[400, 200', '[900, 800, 700, 400, 200'));
    expect(enginesOf(grown).lastIndexOf('webgpu')).toBe(2);
    await inEntry(shared, async (_, notebook) => {
      const { cells } = await splitEntry(notebook, 'shared', grown.cells, 'portable');
      expect(enginesOf({ cells }).lastIndexOf('webgpu')).toBe(4);
      expect(cells.slice(3)).toEqual(shared.cells);
    });
  });
});
