/** Errors of a device, told apart by the work that caused them while other work goes on beside it. */
import { GpuError } from './gpu-error.ts';

/** What a device has found wrong with the calls that were watched here. */
export class GpuErrors {
  readonly #pending = new Set<Promise<void>>();
  #memory: GPUError | null = null;
  #invalid: GPUError | null = null;

  constructor(private readonly device: GPUDevice) {}

  /**
   * What `call` returns. Scopes are a stack of the device: it must have issued all its calls when it returns, so that
   * nobody else's come between. `onMemory` is told where the device had no memory for them.
   */
  watch<Result>(call: () => Result, onMemory?: () => void): Result {
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    try {
      return call();
    } finally {
      this.#pop((error) => (this.#invalid ??= error));
      this.#pop((error) => {
        this.#memory ??= error;
        onMemory?.();
      });
    }
  }

  /** The first error of what was watched since this was last asked, or null: lack of memory before mistakes that follow from it. */
  async take(what: string): Promise<GpuError | null> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    const [memory, invalid] = [this.#memory, this.#invalid];
    this.#memory = null;
    this.#invalid = null;
    if (memory !== null) return new GpuError('out of memory', `${what}: ${memory.message}`);
    return invalid === null ? null : new GpuError('invalid', `${what}: ${invalid.message}`);
  }

  #pop(keep: (error: GPUError) => void): void {
    // A lost device has no scopes left; the loss itself is what is reported.
    const found = this.device.popErrorScope().then(
      (error) => {
        if (error !== null) keep(error);
      },
      () => undefined,
    );
    this.#pending.add(found);
    void found.then(() => this.#pending.delete(found));
  }
}
