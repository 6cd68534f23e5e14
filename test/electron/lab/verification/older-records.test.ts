/** Entries recorded before a measure existed, in a program that has it: they hold at every level, with the links they have. */
import { plantedName, withPlanted } from '../../../experiments/records/planted-measure.ts';
import { beforeAll, expect, it } from 'vitest';
import type { CellExecutor } from '../../../../electron/compute/cell-executor.ts';
import { onnxLibrary } from '../../../../electron/compute/onnx-host.ts';
import type { EntryStore } from '../../../../electron/lab/notebook/entry-store.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { verifyChain } from '../../../../electron/lab/verification/chain-level.ts';
import { verifyFrames } from '../../../../electron/lab/verification/frames-level.ts';
import { verifyByRerun } from '../../../../electron/lab/verification/rerun-level.ts';
import type { Engine } from '../../../../experiments/engines/engine.ts';
import type { SnapshotMetrics } from '../../../../experiments/records/measures.ts';
import { runCell } from '../../../../experiments/sweeps/cell-run.ts';
import { wasmEngine } from '../../../experiments/engines/test-engines.ts';
import { goldenNames, goldenNotebook } from '../exports/stored-entry.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await wasmEngine('strict');
});

/** Trains here, as the worker does, and measures what `change` makes of the measures. */
function executorHere(change: (metrics: SnapshotMetrics) => SnapshotMetrics): CellExecutor {
  return {
    threads: 1,
    cellsAtOnce: () => 1,
    runCell(job, _engine, onMessage) {
      const stop = new AbortController();
      const train = async (): Promise<void> => {
        for await (const message of runCell(engine, job, { signal: stop.signal, clock: () => 0 })) {
          if (message.kind !== 'snapshot') onMessage(message);
          else {
            const { snapshot } = message;
            onMessage({ ...message, snapshot: { ...snapshot, metrics: change(snapshot.metrics) } });
          }
        }
      };
      return { done: train(), abort: () => stop.abort(), acknowledge: () => undefined };
    },
  };
}

async function trainedAgain(entry: EntryStore, change: (metrics: SnapshotMetrics) => SnapshotMetrics) {
  const signal = new AbortController().signal;
  const adapter = () => Promise.reject(new Error('no GPU'));
  return verifyByRerun({
    entry,
    executor: executorHere(change),
    adapter,
    signal,
    onProgress: () => undefined,
  });
}

/** Runs `check` on a golden entry. */
async function onGolden(name: string, check: (entry: EntryStore) => Promise<void>): Promise<void> {
  const notebook = await openNotebook(goldenNotebook(), { mode: 'read' });
  try {
    await check(await notebook.find(name));
  } finally {
    await notebook.close();
  }
}

it.each(goldenNames)('%s holds at every level', (name) =>
  onGolden(name, async (entry) => {
    expect(await verifyChain(entry)).toMatchObject({ holds: true, findings: [] });
    const frames = await verifyFrames({
      entry,
      library: await onnxLibrary(),
      renderFrame: (request) => engine.renderFrame(request),
      snapshots: 2,
      onProgress: () => undefined,
    });
    expect(frames).toMatchObject({ holds: true, findings: [] });
    const again = await trainedAgain(entry, (metrics) => withPlanted(metrics, 7.25));
    for (const { holds, findings } of again)
      expect({ holds, findings }).toEqual({ holds: true, findings: [] });
    const [cell] = entry.json.cells;
    for (const { metrics } of (await entry.cell(cell!.id)).index())
      expect(metrics).not.toHaveProperty(plantedName);
  }),
);

it('a record that has the measure does not hold where it comes out different', () =>
  onGolden(
    goldenNames.find((name) => name.includes('pause'))!,
    async (entry) => {
      const again = await trainedAgain(entry, (metrics) => ({ ...metrics, boundaryShare: 2 }));
      for (const { findings } of again) expect(findings[0]?.field).toBe('measures (boundaryShare)');
    },
  ));
