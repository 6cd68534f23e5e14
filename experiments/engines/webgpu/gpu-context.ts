/** What all kernels share on one GPUDevice: pipelines, buffers, submissions, read-back and errors. */
import { GpuBuffers } from './gpu-buffers.ts';
import { GpuError } from './gpu-error.ts';

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

/** A device with its buffers and clock. Make one per device; pipelines outlive it with the device. */
export class GpuContext {
  readonly buffers: GpuBuffers;
  #lost: GpuError | null = null;

  /** `clock` in milliseconds since any fixed moment; it decides the size of dispatches and nothing else. */
  constructor(
    readonly device: GPUDevice,
    readonly clock: () => number,
  ) {
    this.buffers = new GpuBuffers(device);
    void device.lost.then(({ message }) => (this.#lost = new GpuError('device lost', message)));
  }

  get limits(): GPUSupportedLimits {
    return this.device.limits;
  }

  /** Throws the loss of the device where it has been lost. */
  throwIfLost(): void {
    if (this.#lost !== null) throw this.#lost;
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
    return this.checked(label, async () => {
      const module = this.device.createShaderModule({ label, code });
      try {
        return await this.device.createComputePipelineAsync({
          label,
          layout,
          compute: { module, entryPoint, constants },
        });
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
    this.device.queue.writeBuffer(buffer, offset, data.buffer, data.byteOffset, data.byteLength);
  }

  /** Submits dispatches in order, in one command buffer; each sees what those before it wrote. */
  submit(label: string, dispatches: readonly Dispatch[]): void {
    this.throwIfLost();
    const encoder = this.device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label });
    for (const { pipeline, bindings, workgroups } of dispatches) {
      const entries = Object.entries(bindings).map(([binding, buffer]) => ({
        binding: Number(binding),
        resource: { buffer },
      }));
      pass.setPipeline(pipeline);
      pass.setBindGroup(
        0,
        this.device.createBindGroup({ label, layout: pipeline.getBindGroupLayout(0), entries }),
      );
      const [x, y = 1, z = 1] = workgroups;
      pass.dispatchWorkgroups(x, y, z);
    }
    pass.end();
    this.device.queue.submit([encoder.finish()]);
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
    const encoder = this.device.createCommandEncoder({ label });
    encoder.copyBufferToBuffer(buffer, offset, target, 0, bytes);
    this.device.queue.submit([encoder.finish()]);
    await this.#unlessLost(target.mapAsync(mapModeRead, 0, bytes));
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

  /**
   * The result of `work`, or a GpuError where the device found a mistake or ran out of memory meanwhile. Scopes are a
   * stack of the device: concurrent calls see each other's errors, and none goes unseen.
   */
  async checked<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    const outcome = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const invalid = await this.#popScope();
    const memory = await this.#popScope();
    this.throwIfLost();
    if (memory !== null) throw new GpuError('out of memory', `${what}: ${memory.message}`);
    if ('error' in outcome) throw outcome.error;
    if (invalid !== null) throw new GpuError('invalid', `${what}: ${invalid.message}`);
    return outcome.value;
  }

  async #popScope(): Promise<GPUError | null> {
    // A lost device has no scopes left; the loss itself is what is reported.
    return this.device.popErrorScope().catch(() => null);
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
