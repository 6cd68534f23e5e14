/** What is known of a cell's snapshots, put together from the blocks that the lab sends. */
import type { CellTimeline } from '../../electron/contract/entries.ts';
import { forMeasures } from '../../experiments/records/measures.ts';

type Column = Uint8Array | Uint32Array | Float32Array | Float64Array;

/** Number of snapshots of a timeline. */
export function snapshotCount(timeline: CellTimeline): number {
  return timeline.epochs.length;
}

/** Number of previews of a timeline: one for each snapshot that was not thinned. */
export function previewCount({ previews }: Pick<CellTimeline, 'previews'>): number {
  return previews.length === 0 ? 0 : previews[previews.length - 1] + 1;
}

/** Last epoch of a timeline's snapshots; -1 without any. */
export function lastEpochOf(timeline: CellTimeline): number {
  return timeline.epochs.length === 0 ? -1 : timeline.epochs[timeline.epochs.length - 1];
}

/**
 * The timeline with a later block appended. A block that begins with snapshot 0 replaces everything; one that overlaps
 * is cut; one that leaves a gap is ignored, since the snapshots between will come.
 */
export function extendedTimeline(known: CellTimeline | undefined, block: CellTimeline): CellTimeline {
  if (known === undefined || block.from === 0) return block;
  const overlap = snapshotCount(known) - block.from;
  if (overlap < 0 || overlap >= snapshotCount(block)) return known;
  const after = lastEpochOf(known);
  const trainedFrom = block.trained.epochs.findIndex((epoch) => epoch > after);
  const spikesFrom = block.spikes.findIndex((epoch) => epoch > after);
  const joined = <Values extends Column>(a: Values, b: Values, from = overlap): Values => {
    const tail = from < 0 ? b.subarray(b.length) : b.subarray(from);
    const all = new (a.constructor as new (length: number) => Values)(a.length + tail.length);
    all.set(a);
    all.set(tail, a.length);
    return all;
  };
  return {
    cellId: known.cellId,
    from: 0,
    epochs: joined(known.epochs, block.epochs),
    steps: joined(known.steps, block.steps),
    samples: joined(known.samples, block.samples),
    seconds: joined(known.seconds, block.seconds),
    keyFrames: joined(known.keyFrames, block.keyFrames),
    previews: joined(known.previews, block.previews),
    measures: forMeasures((name) => joined(known.measures[name], block.measures[name])),
    gradientNorms: joined(known.gradientNorms, block.gradientNorms, overlap * block.layers),
    layers: block.layers,
    trained: {
      epochs: joined(known.trained.epochs, block.trained.epochs, trainedFrom),
      losses: joined(known.trained.losses, block.trained.losses, trainedFrom),
      gradientNorms: joined(known.trained.gradientNorms, block.trained.gradientNorms, trainedFrom),
    },
    spikes: joined(known.spikes, block.spikes, spikesFrom),
  };
}

/**
 * Ratio of the gradient's norm in the first affine layer to that in the last, per snapshot; NaN where the last is 0:
 * far below 1 the early layers hardly learn.
 */
export function gradientRatios({ gradientNorms, layers, epochs }: CellTimeline): Float32Array {
  return Float32Array.from(epochs, (_, at) => {
    const last = gradientNorms[(at + 1) * layers - 1];
    return last > 0 ? gradientNorms[at * layers] / last : NaN;
  });
}
