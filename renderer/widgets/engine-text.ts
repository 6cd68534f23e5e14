/** What trains cells, in words. */
import type { PlannedCell } from '../../electron/contract/sweeps.ts';

const engines: Readonly<Record<string, string>> = {
  webgpu: 'the GPU',
  wasm: 'the CPU',
  reference: 'TensorFlow.js',
};

/** What an engine of a record computes on. */
export function engineText(engine: string): string {
  return engines[engine] ?? engine;
}

/** Whose time it is that cells take: the GPU shares its time among its cells, a thread takes one after another. */
export function trainerText(cells: readonly Pick<PlannedCell, 'engine'>[]): string {
  const isOnGpu = cells.map(({ engine }) => engine === 'webgpu');
  if (!isOnGpu.includes(true)) return 'on one thread';
  return isOnGpu.includes(false) ? 'of the GPU or on one thread' : 'of the GPU';
}
