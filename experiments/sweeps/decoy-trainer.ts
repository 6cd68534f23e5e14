/** Training on points with decoys up to an epoch, and on the points alone from there on. */
import type { EpochMetrics, Trainer, TrainerState } from '../engines/engine.ts';

/** Makes a trainer that goes on from a state, with decoys or without. */
export type TrainerMaker = (hasDecoys: boolean, start: TrainerState) => Promise<Trainer>;

/** A trainer whose decoys are gone after `until` epochs: another trainer takes over there, with the same state. */
export async function createDecoyTrainer(
  make: TrainerMaker,
  until: number,
  start: TrainerState,
): Promise<Trainer> {
  const hasDecoys = start.epoch < until;
  return new DecoyTrainer(make, until, await make(hasDecoys, start), hasDecoys);
}

class DecoyTrainer implements Trainer {
  constructor(
    private readonly make: TrainerMaker,
    private readonly until: number,
    private trainer: Trainer,
    private hasDecoys: boolean,
  ) {}

  get epoch(): number {
    return this.trainer.epoch;
  }

  get step(): number {
    return this.trainer.step;
  }

  async runEpochs(count: number, signal?: AbortSignal): Promise<EpochMetrics[]> {
    const metrics: EpochMetrics[] = [];
    while (metrics.length < count) {
      if (this.hasDecoys && this.epoch >= this.until) await this.dropDecoys();
      const left = count - metrics.length;
      const part = this.hasDecoys ? Math.min(left, this.until - this.epoch) : left;
      const done = await this.trainer.runEpochs(part, signal);
      metrics.push(...done);
      const last = done.at(-1);
      if (done.length < part || last === undefined || !Number.isFinite(last.loss)) break;
    }
    return metrics;
  }

  private async dropDecoys(): Promise<void> {
    const state = await this.trainer.state();
    this.trainer.dispose();
    this.trainer = await this.make(false, state);
    this.hasDecoys = false;
  }

  layerGradientNorms(): Promise<Float64Array> {
    return this.trainer.layerGradientNorms();
  }

  state(): Promise<TrainerState> {
    return this.trainer.state();
  }

  dispose(): void {
    this.trainer.dispose();
  }
}
