/** Cells that are trained here and now, in this thread, and kept nowhere. */
import { truthBoundary } from '../../../experiments/diagnostics/local-complexity.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import type { TrainedCell } from '../../../experiments/reading/networks.ts';
import { networkOfCell, pointsOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { runCell } from '../../../experiments/sweeps/cell-run.ts';
import { truthFrame } from '../../../experiments/targets/truth-frame.ts';
import { hostEngine } from '../../compute/thread-engines.ts';
import { diskFileSystem } from '../../lab/disk/files.ts';
import { planSweepFile } from '../../lab/sweeps/sweep-plan.ts';

/** Places of the truth's boundary that are looked at. */
const boundaryPlaces = 512;

/** Trains the cells of a sweep file for the seeds 1 to `seeds`, with portable arithmetic. Throws SweepError, and Error where a cell fails. */
export async function trainedCells(
  path: string,
  seeds: number,
  onCell: (done: number, of: number) => void,
): Promise<TrainedCell[]> {
  const chosen = `parameters.seed={ from: 1, to: ${seeds}, count: ${seeds} }`;
  const overrides = seeds === 1 ? ['parameters.seed={ value: 1 }'] : [chosen];
  const plan = await planSweepFile(diskFileSystem, path, overrides, { engine: 'wasm', split: null });
  const engine = await hostEngine('strict');
  const { signal } = new AbortController();
  const frame = truthFrame(plan.picture, unitView, 128, 128);
  const boundary = truthBoundary(frame, boundaryPlaces);
  const trained: TrainedCell[] = [];
  for (const { id: cellId, config, epochs } of plan.cells) {
    const job = { cellId, config, picture: plan.picture, epochs, snapshots: plan.snapshots, resume: null };
    const networks: Network[] = [];
    for await (const message of runCell(engine, job, { signal, clock: () => performance.now() / 1000 })) {
      if (message.kind === 'snapshot') networks.push(networkOfCell(config, message.snapshot.weights));
      if (message.kind === 'failed') throw new Error(message.message);
    }
    const { coordinates, labels } = pointsOfCell(config, plan.picture).training;
    trained.push({ points: config.data.points, seed: config.seed, networks, coordinates, labels, boundary });
    onCell(trained.length, plan.cells.length);
  }
  return trained;
}
