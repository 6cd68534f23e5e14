/** Snapshots of a cell as columns, for charts and the timeline. */
import type { CellTimeline } from '../../contract/entries.ts';
import { forMeasures, measured } from '../../../experiments/records/measures.ts';
import type { SnapshotFacts } from './cell-index.ts';

/** The timeline of a cell from its `from`-th snapshot on. */
export function timelineOf(cellId: string, index: readonly SnapshotFacts[], from: number): CellTimeline {
  const facts = index.slice(from);
  let preview = -1;
  const previews = Uint32Array.from(index, ({ isThinned }) => (isThinned ? preview : ++preview));
  const metrics = facts.map((snapshot) => snapshot.metrics);
  const trained = metrics.flatMap(({ epochs }) => epochs);
  const layers = index[0]?.metrics.gradientNorms.length ?? 0;
  const gradientNorms = new Float32Array(facts.length * layers);
  metrics.forEach((snapshot, row) =>
    gradientNorms.set(snapshot.gradientNorms.slice(0, layers), row * layers),
  );
  return {
    cellId,
    from,
    epochs: Uint32Array.from(facts, ({ epoch }) => epoch),
    steps: Float64Array.from(facts, ({ step }) => step),
    samples: Float64Array.from(facts, ({ samples }) => samples),
    seconds: Float64Array.from(facts, ({ seconds }) => seconds),
    keyFrames: Uint8Array.from(facts, ({ keyFrame }) => Number(keyFrame)),
    previews: previews.slice(from),
    measures: forMeasures((name) =>
      Float32Array.from(metrics, (snapshot) => measured(name, snapshot) ?? NaN),
    ),
    gradientNorms,
    layers,
    trained: {
      epochs: Uint32Array.from(trained, ({ epoch }) => epoch),
      losses: Float32Array.from(trained, ({ loss }) => loss),
      gradientNorms: Float32Array.from(trained, ({ gradientNorm }) => gradientNorm),
    },
    spikes: Uint32Array.from(metrics.flatMap(({ spikes }) => spikes)),
  };
}
