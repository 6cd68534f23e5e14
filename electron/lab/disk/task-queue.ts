/** Tasks one after another. */

/** Runs tasks one after another, in the order they were handed in. */
export class TaskQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Result of `task`, which starts when all earlier tasks have settled. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
