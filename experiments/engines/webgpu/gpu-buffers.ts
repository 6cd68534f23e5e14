/** Labelled buffers of one device, kept and used again: implementations keep some memory for each one ever created. */

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

export type BufferKind = 'storage' | 'uniform' | 'read';
const usages: Record<BufferKind, number> = { storage: storageUsage, uniform: uniformUsage, read: readUsage };

const smallestBytes = 256;
/** Idle buffers beyond this many bytes are destroyed, the oldest first. */
const idleBytes = 256 * 2 ** 20;

/** Buffers of a device by kind and size; sizes are rounded up so that buffers can serve again. */
export class GpuBuffers {
  readonly #idle: { readonly kind: BufferKind; readonly buffer: GPUBuffer }[] = [];
  #idleTotal = 0;
  #created = 0;

  constructor(private readonly device: GPUDevice) {}

  /** Number of buffers created so far. */
  get created(): number {
    return this.#created;
  }

  /** A buffer of at least `bytes` bytes whose content is undefined; give it back with `release`. */
  acquire(label: string, bytes: number, kind: BufferKind = 'storage'): GPUBuffer {
    const size = pooledSize(bytes);
    const at = this.#idle.findIndex((idle) => idle.kind === kind && idle.buffer.size === size);
    const [reused] = at < 0 ? [] : this.#idle.splice(at, 1);
    if (reused !== undefined) {
      this.#idleTotal -= size;
      reused.buffer.label = label;
      return reused.buffer;
    }
    this.#created += 1;
    return this.device.createBuffer({ label, size, usage: usages[kind] });
  }

  /** Takes a buffer back for later use. Work that was submitted with it keeps its order on the queue. */
  release(buffer: GPUBuffer): void {
    const kind: BufferKind =
      (buffer.usage & bufferUsage.mapRead) !== 0
        ? 'read'
        : (buffer.usage & bufferUsage.uniform) !== 0
          ? 'uniform'
          : 'storage';
    this.#idle.push({ kind, buffer });
    this.#idleTotal += buffer.size;
    while (this.#idleTotal > idleBytes) {
      const [oldest] = this.#idle.splice(0, 1);
      if (oldest === undefined) return;
      this.#idleTotal -= oldest.buffer.size;
      oldest.buffer.destroy();
    }
  }

  /** Destroys what is idle; buffers in use stay with their owners. */
  dispose(): void {
    for (const { buffer } of this.#idle.splice(0)) buffer.destroy();
    this.#idleTotal = 0;
  }
}

/** `bytes` rounded up to one of four steps between two powers of two: at most a quarter is wasted. */
export function pooledSize(bytes: number): number {
  if (bytes <= smallestBytes) return smallestBytes;
  const step = 2 ** (Math.ceil(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
}
