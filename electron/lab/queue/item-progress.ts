/** What is shown of a running cell: speed, time left, a short history of its losses. For display only. */

/** Maximum number of points of a history. */
const maxLosses = 120;
/** Speed is taken over this much training time, so that it follows changes without jumping about. */
const speedSeconds = 20;
/** The first epochs are slow, since the kernels are still being compiled: no speed is told before this much training. */
const settlingSeconds = 2;

export interface ProgressFigures {
  readonly epoch: number;
  readonly loss: number | null;
  readonly seconds: number;
  readonly epochsPerSecond: number | null;
  readonly secondsLeft: number | null;
}

export class ItemProgress {
  readonly #goal: number;
  #epochs: number[] = [];
  #losses: number[] = [];
  /** Epochs between points of the history; doubles whenever it is full. */
  #spacing = 1;
  #recent: { epoch: number; seconds: number }[] = [];
  #loss: number | null = null;

  constructor(goal: number) {
    this.#goal = goal;
  }

  /** Notes that the cell has completed `epoch` after so many training seconds; `loss` where it is known. */
  note(epoch: number, seconds: number, loss: number | null): void {
    const last = this.#recent.at(-1);
    if (last === undefined || epoch > last.epoch) this.#recent.push({ epoch, seconds });
    while (this.#recent.length > 2 && seconds - this.#recent[1].seconds > speedSeconds) this.#recent.shift();
    if (loss === null) return;
    this.#loss = loss;
    const lastShown = this.#epochs.at(-1);
    if (lastShown !== undefined && epoch < lastShown + this.#spacing) return;
    this.#epochs.push(epoch);
    this.#losses.push(loss);
    if (this.#epochs.length > maxLosses) this.#thin();
  }

  get figures(): ProgressFigures {
    const last = this.#recent.at(-1) ?? { epoch: 0, seconds: 0 };
    const first = this.#recent[0] ?? last;
    const speed = (last.epoch - first.epoch) / (last.seconds - first.seconds);
    const isSettled = last.seconds - first.seconds >= settlingSeconds;
    const epochsPerSecond = isSettled && speed > 0 ? speed : null;
    return {
      ...last,
      loss: this.#loss,
      epochsPerSecond,
      secondsLeft: epochsPerSecond === null ? null : Math.max(0, this.#goal - last.epoch) / epochsPerSecond,
    };
  }

  get lossEpochs(): Uint32Array {
    return Uint32Array.from(this.#epochs);
  }

  get losses(): Float32Array {
    return Float32Array.from(this.#losses);
  }

  /** Keeps every other point. */
  #thin(): void {
    const isKept = (_value: number, at: number): boolean => at % 2 === 0;
    this.#epochs = this.#epochs.filter(isKept);
    this.#losses = this.#losses.filter(isKept);
    const [a = 0, b = 1] = this.#epochs;
    this.#spacing = Math.max(this.#spacing, b - a);
  }
}
