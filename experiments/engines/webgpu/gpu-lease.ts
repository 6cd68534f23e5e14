/** Buffers that are needed for one piece of work and given back together, whatever comes of it. */
import type { GpuContext } from './gpu-context.ts';

/** Buffers that are freed together. */
export class GpuLease {
  readonly #buffers: GPUBuffer[] = [];

  constructor(private readonly context: GpuContext) {}

  /** A storage buffer of at least `bytes` bytes, its content undefined. */
  acquire(label: string, bytes: number): GPUBuffer {
    return this.#keep(this.context.buffers.acquire(label, bytes));
  }

  /** A storage buffer with the data. */
  upload(label: string, data: Float32Array | Uint32Array): GPUBuffer {
    return this.#keep(this.context.upload(label, data));
  }

  /** A uniform buffer with the words. */
  uniform(label: string, data: Uint32Array): GPUBuffer {
    return this.#keep(this.context.uniform(label, data));
  }

  release(): void {
    for (const buffer of this.#buffers.splice(0)) this.context.buffers.release(buffer);
  }

  #keep(buffer: GPUBuffer): GPUBuffer {
    this.#buffers.push(buffer);
    return buffer;
  }
}

/** What `work` returns; the buffers that it took from its lease are given back. */
export async function withLease<Result>(
  context: GpuContext,
  work: (lease: GpuLease) => Promise<Result>,
): Promise<Result> {
  const lease = new GpuLease(context);
  try {
    return await work(lease);
  } finally {
    lease.release();
  }
}
