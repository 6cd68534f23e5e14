/** Any epoch again, exactly, from a key frame before it. */
import type { Engine, TrainerState } from '../engines/engine.ts';
import type { CellJob } from './cell-run-contract.ts';
import { createCellTrainer, drawnPointsOfCell } from './cell-network.ts';

/**
 * The weights at the end of `epoch`, float32 in the parameters' layout, trained again from `from` (a key frame's state
 * at or before that epoch) on the class of engine that trained the cell: bit for bit what the cell had. Throws where
 * the key frame is later, the run had diverged before, or `signal` is aborted.
 */
export async function replayTo(
  engine: Engine,
  job: Pick<CellJob, 'config' | 'picture'>,
  from: TrainerState,
  epoch: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  if (from.epoch > epoch) {
    throw new RangeError(`Epoch ${epoch} cannot be reached from a later key frame, at epoch ${from.epoch}.`);
  }
  if (from.epoch === epoch) return from.parameters.slice();
  const trainer = await createCellTrainer(
    engine,
    job.config,
    await drawnPointsOfCell(engine, job.config, job.picture),
    from,
  );
  try {
    await trainer.runEpochs(epoch - from.epoch, signal);
    if (trainer.epoch !== epoch) {
      const reason = signal?.aborted === true ? 'the replay was stopped' : 'the loss was not finite';
      throw new Error(`Replaying to epoch ${epoch} ended at epoch ${trainer.epoch}: ${reason}.`);
    }
    return (await trainer.state()).parameters;
  } finally {
    trainer.dispose();
  }
}
