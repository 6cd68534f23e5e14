/** A worker that extracts its share of a view's tiles. */
import { parentPort } from 'node:worker_threads';
import type { View } from '../../experiments/engines/engine.ts';
import type { Network } from '../../experiments/network/shape.ts';
import { transferablesOf } from '../../experiments/tasks/transferables.ts';
import { extractFew, extractTiles } from '../../experiments/polytopes/extract-complex.ts';

export interface TileTask {
  readonly kernel: WebAssembly.Module;
  readonly network: Network;
  readonly view: View;
  /** Null: the whole view, if it is small. */
  readonly tiles: number | null;
  /** One shared int32: the next tile that nobody has taken. */
  readonly counter: Int32Array;
}

parentPort?.on('message', ({ kernel, network, view, tiles, counter }: TileTask) => {
  const part =
    tiles === null
      ? extractFew(network, view, { kernel })
      : extractTiles(network, view, { kernel, tiles, take: () => Atomics.add(counter, 0, 1) });
  parentPort?.postMessage(part, part === null ? [] : transferablesOf(part));
});
