/** Reading something again, one time after another however often it changes meanwhile. */

/** Reads again when asked to; what is asked for while it reads or rests is done once after it. */
export class Rereading {
  readonly #read: () => Promise<number>;
  #isWanted = false;
  #isReading = false;

  /** `read` resolves with the milliseconds that are to pass before the next time. */
  constructor(read: () => Promise<number>) {
    this.#read = read;
  }

  want(): void {
    this.#isWanted = true;
    if (!this.#isReading) void this.#go();
  }

  async #go(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        const pause = await this.#read();
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      }
    } finally {
      this.#isReading = false;
    }
  }
}
