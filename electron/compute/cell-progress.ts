/** Where a cell stands that computes elsewhere. */
import type { CellJob, CellMessage, ResumePoint } from '../../experiments/sweeps/cell-run-contract.ts';

/** Where a cell stands, from what it has sent: a loss takes it back to its last key frame. */
export class CellProgress {
  #resume: ResumePoint | null;

  constructor(private readonly original: CellJob) {
    this.#resume = original.resume;
  }

  /** The cell from where it stands to its goal. */
  job(): CellJob {
    return { ...this.original, resume: this.#resume };
  }

  /** Takes note of what the cell has sent. */
  note(message: CellMessage): void {
    if (message.kind !== 'snapshot') return;
    const { metrics, keyFrame, link, weightsDigest } = message.snapshot;
    const from = keyFrame ?? this.#resume;
    // The first snapshot of a cell is a key frame.
    if (from === null) return;
    this.#resume = {
      ...from,
      recordedEpoch: metrics.epoch,
      recordedLink: link,
      recordedWeightsDigest: weightsDigest,
      recordedSnapshots: (this.#resume?.recordedSnapshots ?? 0) + 1,
    };
  }
}
