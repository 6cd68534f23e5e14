/** What all kernels share on one GPUDevice: pipelines, buffers, submissions, read-back and errors. */
import { GpuBuffers } from './gpu-buffers.ts';
import { GpuError } from './gpu-error.ts';
import { GpuErrors } from './gpu-errors.ts';

/** A kernel's text with the name that its labels carry. */
export interface KernelSource {
  readonly name: string;
  readonly code: string;
}

/** A binding of group 0 by its number. */
export type Bindings = Readonly<Record<number, GPUBuffer>>;

/** One dispatch: group 0's bindings and the number of workgroups in x (and y). */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: Bindings;
  readonly workgroups: readonly [number, number?, number?];
}

const mapModeRead = 1;
const pipelines = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

/**
 * A device with its buffers and clock, and the errors of what was issued here. Make one per device, and one `apart` for
 * all work that may fail without others; pipelines outlive it with the device.
 */
export class GpuContext {
  readonly buffers: GpuBuffers;
  readonly #errors: GpuErrors;
  readonly #fate: { loss: GpuError | null };

  /** `clock` in milliseconds since any fixed moment; it decides the size of dispatches and nothing else. */
  constructor(
    readonly device: GPUDevice,
    readonly clock: () => number,
    sibling?: GpuContext,
  ) {
    this.#errors = new GpuErrors(device);
    this.buffers = sibling?.buffers.sharedWith(this.#errors) ?? new GpuBuffers(device, this.#errors);
    const fate = (this.#fate = sibling === undefined ? { loss: null } : sibling.#fate);
    if (sibling !== undefined) return;
    void device.lost.then(({ message }) => (fate.loss = new GpuError('device lost', message)));
  }

  /** A context on the same device and buffers whose errors are its own. */
  apart(): GpuContext {
    return new GpuContext(this.device, this.clock, this);
  }

  get limits(): GPUSupportedLimits {
    return this.device.limits;
  }

  /** Throws the loss of the device where it has been lost. */
  throwIfLost(): void {
    if (this.#fate.loss !== null) throw this.#fate.loss;
  }

  /**
   * The compiled entry point with its override constants, cached per device; an entry point has always the same layout.
   * Throws a GpuError with the compiler's words.
   */
  pipeline(
    { name, code }: KernelSource,
    entryPoint: string,
    constants: Readonly<Record<string, number>> = {},
    layout: GPUPipelineLayout | 'auto' = 'auto',
  ): Promise<GPUComputePipeline> {
    const known = pipelines.get(this.device) ?? new Map<string, Promise<GPUComputePipeline>>();
    pipelines.set(this.device, known);
    const key = `${code}\n${entryPoint} ${JSON.stringify(Object.entries(constants).sort())}`;
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const pipeline = this.#compile(`${name}/${entryPoint}`, code, entryPoint, constants, layout);
    known.set(key, pipeline);
    pipeline.catch(() => known.delete(key));
    return pipeline;
  }

  async #compile(
    label: string,
    code: string,
    entryPoint: string,
    constants: Readonly<Record<string, number>>,
    layout: GPUPipelineLayout | 'auto',
  ): Promise<GPUComputePipeline> {
    this.throwIfLost();
    return this.checked(label, async (context) => {
      const compute = { label, layout };
      const module = context.issue(() => this.device.createShaderModule({ label, code }));
      try {
        return await context.issue(() =>
          this.device.createComputePipelineAsync({ ...compute, compute: { module, entryPoint, constants } }),
        );
      } catch (error) {
        const { messages } = await module.getCompilationInfo();
        const lines = messages.map(({ lineNum, linePos, message }) => `${lineNum}:${linePos} ${message}`);
        const reason = error instanceof Error ? error.message : String(error);
        throw new GpuError('invalid', `${label}: ${[reason, ...lines].join('\n')}`);
      }
    });
  }

  /** A storage buffer with the data, from the pool. */
  upload(label: string, data: Float32Array | Uint32Array): GPUBuffer {
    const buffer = this.buffers.acquire(label, data.byteLength);
    this.write(buffer, data);
    return buffer;
  }

  /** A uniform buffer with the words (whole 16 bytes), from the pool. */
  uniform(label: string, data: Float32Array | Uint32Array): GPUBuffer {
    const buffer = this.buffers.acquire(label, data.byteLength, 'uniform');
    this.write(buffer, data);
    return buffer;
  }

  write(buffer: GPUBuffer, data: Float32Array | Uint32Array, offset = 0): void {
    if (data.byteLength === 0) return;
    this.issue(() =>
      this.device.queue.writeBuffer(buffer, offset, data.buffer, data.byteOffset, data.byteLength),
    );
  }

  /** What `call` returns; what the device finds wrong with the calls in it belongs to this context. */
  issue<Result>(call: () => Result): Result {
    return this.#errors.watch(call);
  }

  /** Submits what `encode` puts into a command buffer. */
  encode(label: string, encode: (encoder: GPUCommandEncoder) => void): void {
    this.throwIfLost();
    this.issue(() => {
      const encoder = this.device.createCommandEncoder({ label });
      encode(encoder);
      this.device.queue.submit([encoder.finish()]);
    });
  }

  /** Submits what `encode` puts into a compute pass. */
  compute(label: string, encode: (pass: GPUComputePassEncoder) => void): void {
    this.encode(label, (encoder) => {
      const pass = encoder.beginComputePass({ label });
      encode(pass);
      pass.end();
    });
  }

  /** Submits dispatches in order, in one command buffer; each sees what those before it wrote. */
  submit(label: string, dispatches: readonly Dispatch[]): void {
    this.compute(label, (pass) => {
      for (const { pipeline, bindings, workgroups } of dispatches) {
        const entries = Object.entries(bindings).map(([binding, buffer]) => ({
          binding: Number(binding),
          resource: { buffer },
        }));
        const layout = pipeline.getBindGroupLayout(0);
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, this.device.createBindGroup({ label, layout, entries }));
        const [x, y = 1, z = 1] = workgroups;
        pass.dispatchWorkgroups(x, y, z);
      }
    });
  }

  /** Fulfilled when everything submitted so far is done; rejects with the loss of the device. */
  async finished(): Promise<void> {
    await this.#unlessLost(this.device.queue.onSubmittedWorkDone());
  }

  /** A copy of `bytes` bytes (a multiple of 4) from `offset` on, when everything submitted so far is done. */
  async read(buffer: GPUBuffer, bytes: number, offset = 0): Promise<ArrayBuffer> {
    this.throwIfLost();
    if (bytes === 0) return new ArrayBuffer(0);
    const label = `${buffer.label}/read`;
    const target = this.buffers.acquire(label, bytes, 'read');
    this.encode(label, (encoder) => encoder.copyBufferToBuffer(buffer, offset, target, 0, bytes));
    await this.#unlessLost(this.issue(() => target.mapAsync(mapModeRead, 0, bytes)));
    const copy = target.getMappedRange(0, bytes).slice(0);
    target.unmap();
    this.buffers.release(target);
    return copy;
  }

  async readFloats(buffer: GPUBuffer, count: number, offset = 0): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.read(buffer, 4 * count, 4 * offset));
  }

  async readWords(buffer: GPUBuffer, count: number, offset = 0): Promise<Uint32Array<ArrayBuffer>> {
    return new Uint32Array(await this.read(buffer, 4 * count, 4 * offset));
  }

  /** The result of `work`, which must use the context that it is given, or what `settled` finds wrong with it. */
  checked<Result>(what: string, work: (context: GpuContext) => Promise<Result>): Promise<Result> {
    const context = this.apart();
    return context.settled(what, () => work(context));
  }

  /** The result of `work`, or a GpuError where the device found a mistake in what this context has issued, had no memory for it, or was lost. */
  async settled<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const outcome = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const found = await this.#errors.take(what);
    // What fails for the loss of the device may be told before the loss is.
    if (found !== null || 'error' in outcome) await Promise.race([this.device.lost, null]);
    this.throwIfLost();
    if (found?.failure === 'out of memory') throw found;
    if ('error' in outcome) throw outcome.error;
    if (found !== null) throw found;
    return outcome.value;
  }

  async #unlessLost<Result>(promise: Promise<Result>): Promise<Result> {
    try {
      return await promise;
    } catch (error) {
      // Browsers give up reads under way before they tell of the loss; nobody else ends a read that is under way.
      const isGivenUp = (error as { name?: unknown } | null)?.name === 'AbortError';
      const loss = await Promise.race([this.device.lost, ...(isGivenUp ? [] : [null])]);
      if (loss !== null) throw new GpuError('device lost', loss.message);
      throw error;
    }
  }

  /** Frees what is idle; the device belongs to whoever made it. */
  dispose(): void {
    this.buffers.dispose();
  }
}
