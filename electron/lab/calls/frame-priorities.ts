/** Whose turn it is to draw: frames that somebody looks at go first and interrupt those fetched ahead, which start again later. */

type Priority = 'shown' | 'ahead';

interface Waiting {
  readonly start: () => void;
}

/** Whose frame is drawn next: what is shown now goes before what is fetched ahead. */
export class FrameTurns {
  #shown = 0;
  #ahead: AbortController | null = null;
  readonly #waiting: Waiting[] = [];

  /**
   * What `draw` returns when its turn has come. 'shown' starts at once; 'ahead' one at a time while nothing is shown.
   * Rejects with the signal's reason after an abort. `draw` hears about aborts and interruptions through its signal.
   */
  async take<Result>(
    priority: Priority,
    signal: AbortSignal,
    draw: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (priority === 'ahead') return this.#takeAhead(signal, draw);
    signal.throwIfAborted();
    this.#shown += 1;
    this.#ahead?.abort();
    try {
      return await draw(signal);
    } finally {
      this.#shown -= 1;
      this.#next();
    }
  }

  async #takeAhead<Result>(
    signal: AbortSignal,
    draw: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    for (;;) {
      await this.#turn(signal);
      const interruption = new AbortController();
      this.#ahead = interruption;
      try {
        return await draw(AbortSignal.any([signal, interruption.signal]));
      } catch (error) {
        if (signal.aborted || !interruption.signal.aborted) throw error;
        // Interrupted by a frame that is looked at: once more when it is done.
      } finally {
        this.#ahead = null;
        this.#next();
      }
    }
  }

  /** Resolves when a frame fetched ahead may be drawn. */
  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#shown > 0 || this.#ahead !== null) {
      await new Promise<void>((resolve, reject) => {
        const waiting: Waiting = {
          start: () => {
            signal.removeEventListener('abort', giveUp);
            resolve();
          },
        };
        const giveUp = (): void => {
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        this.#waiting.push(waiting);
      });
    }
  }

  #next(): void {
    if (this.#shown === 0 && this.#ahead === null) this.#waiting.shift()?.start();
  }
}
