/** Chunks put aside: the polygons and rows of a part of the view, as they lie in the kernel's memory. */
import type { KernelMemory, SectionName } from './kernel-memory.ts';

/** A part of the view, subdivided by all layers before `layer` and perhaps partly by `layer` itself. */
export interface StoredChunk {
  readonly layer: number;
  /** The rows hold the values of `layer` already. */
  readonly opened: boolean;
  /** 64-bit words of signs a slot has in `layer`. */
  readonly words: number;
  /** Share of the view's work, 0 to 1. */
  readonly weight: number;
  readonly slots: number;
  readonly polygons: number;
  readonly entries: number;
  readonly bytes: Uint8Array;
}

/** A chunk without its bytes. */
export type ChunkState = Omit<StoredChunk, 'bytes'>;

const ownSections: readonly SectionName[] = ['vertexIds', 'scales', 'signs', 'rows', 'headers', 'lists'];
const otherSections: readonly SectionName[] = [
  'otherVertexIds',
  'otherScales',
  'otherSigns',
  'otherRows',
  'otherHeaders',
  'otherLists',
];

/** A copy of the kernel's chunk, or of the other half that a split made. */
export function storedChunk(memory: KernelMemory, which: 'own' | 'other', state: ChunkState): StoredChunk {
  const sizes = sectionBytes(memory, state);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  (which === 'own' ? ownSections : otherSections).forEach((section, index) => {
    const size = sizes[index] ?? 0;
    bytes.set(memory.area(memory.address(section), size), at);
    at += size;
  });
  return { ...state, bytes };
}

/** Makes a stored chunk the kernel's own. The kernel has room for it. */
export function loadStoredChunk(memory: KernelMemory, chunk: StoredChunk): void {
  let at = 0;
  sectionBytes(memory, chunk).forEach((size, index) => {
    const section = ownSections[index];
    if (section !== undefined)
      memory.area(memory.address(section), size).set(chunk.bytes.subarray(at, at + size));
    at += size;
  });
  memory.exports.loadChunk(chunk.slots, chunk.polygons, chunk.entries);
}

function sectionBytes(memory: KernelMemory, state: ChunkState): readonly number[] {
  const { slots, polygons, entries, words } = state;
  return [4 * slots, 8 * slots, 16 * words * slots, memory.rowBytes * slots, 24 * polygons, 8 * entries];
}
