/** Labelled buffers of one device, kept and used again: implementations keep some memory for each one ever created. */
import type { GpuErrors } from './gpu-errors.ts';

/** GPUBufferUsage's flags; the global of that name exists in browsers only. */
export const bufferUsage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const;

/** Every storage buffer can be written from the host and copied to it. */
const storageUsage = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;
const uniformUsage = bufferUsage.uniform | bufferUsage.copyTarget;
const readUsage = bufferUsage.mapRead | bufferUsage.copyTarget;

/** What a buffer is for. */
export type BufferKind = 'storage' | 'uniform' | 'read';
const usages: Record<BufferKind, number> = { storage: storageUsage, uniform: uniformUsage, read: readUsage };

const smallestBytes = 256;
/** Idle buffers beyond this many bytes are destroyed, the oldest first. */
const idleBytes = 256 * 2 ** 20;

interface IdleBuffer {
  readonly kind: BufferKind;
  readonly buffer: GPUBuffer;
}

/** What all that take buffers of a device share. */
interface Pool {
  idle: IdleBuffer[];
  idleTotal: number;
  created: number;
  /** Buffers that the device had no memory for. */
  readonly hollow: WeakSet<GPUBuffer>;
}

/** Buffers of a device by kind and size; sizes are rounded up so that buffers can serve again. */
export class GpuBuffers {
  readonly #device: GPUDevice;
  readonly #errors: GpuErrors;
  readonly #pool: Pool;

  /** `errors` is told of buffers that cannot be made. */
  constructor(device: GPUDevice, errors: GpuErrors, pool?: Pool) {
    this.#device = device;
    this.#errors = errors;
    this.#pool = pool ?? { idle: [], idleTotal: 0, created: 0, hollow: new WeakSet() };
  }

  /** The same buffers for somebody else, who is told of those that cannot be made for them. */
  sharedWith(errors: GpuErrors): GpuBuffers {
    return new GpuBuffers(this.#device, errors, this.#pool);
  }

  /** Number of buffers created so far. */
  get created(): number {
    return this.#pool.created;
  }

  /** A buffer of at least `bytes` bytes whose content is undefined; give it back with `release`. */
  acquire(label: string, bytes: number, kind: BufferKind = 'storage'): GPUBuffer {
    const pool = this.#pool;
    const size = pooledSize(bytes);
    const at = pool.idle.findIndex((idle) => idle.kind === kind && idle.buffer.size === size);
    const [reused] = at < 0 ? [] : pool.idle.splice(at, 1);
    if (reused !== undefined) {
      pool.idleTotal -= size;
      reused.buffer.label = label;
      return reused.buffer;
    }
    pool.created += 1;
    const buffer: GPUBuffer = this.#errors.watch(
      () => this.#device.createBuffer({ label, size, usage: usages[kind] }),
      () => this.#discard(buffer),
    );
    return buffer;
  }

  /** A buffer without memory serves nobody, not even where it was given back before that was known. */
  #discard(buffer: GPUBuffer): void {
    const pool = this.#pool;
    pool.hollow.add(buffer);
    if (pool.idle.every((idle) => idle.buffer !== buffer)) return;
    pool.idle = pool.idle.filter((idle) => idle.buffer !== buffer);
    pool.idleTotal -= buffer.size;
  }

  /** Takes a buffer back for later use. Work that was submitted with it keeps its order on the queue. */
  release(buffer: GPUBuffer): void {
    const kind: BufferKind =
      (buffer.usage & bufferUsage.mapRead) !== 0
        ? 'read'
        : (buffer.usage & bufferUsage.uniform) !== 0
          ? 'uniform'
          : 'storage';
    const pool = this.#pool;
    if (pool.hollow.has(buffer)) return;
    pool.idle.push({ kind, buffer });
    pool.idleTotal += buffer.size;
    while (pool.idleTotal > idleBytes) {
      const [oldest] = pool.idle.splice(0, 1);
      if (oldest === undefined) return;
      pool.idleTotal -= oldest.buffer.size;
      oldest.buffer.destroy();
    }
  }

  /** Destroys what is idle; buffers in use stay with their owners. */
  dispose(): void {
    for (const { buffer } of this.#pool.idle.splice(0)) buffer.destroy();
    this.#pool.idleTotal = 0;
  }
}

/** `bytes` rounded up to one of four steps between two powers of two: at most a quarter is wasted. */
export function pooledSize(bytes: number): number {
  if (bytes <= smallestBytes) return smallestBytes;
  const step = 2 ** (Math.ceil(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
}
