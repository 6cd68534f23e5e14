/** Time axes, and which snapshot of which cell belongs to a moment on them. */
import type { CellTimeline } from '../../electron/contract/entries.ts';
import type { Settings } from '../../electron/contract/app.ts';

/** What time is counted in. */
export type TimeAxis = Settings['timeAxis'];

/** What a time axis counts, for people. */
export const timeAxisText: Readonly<Record<TimeAxis, string>> = {
  epoch: 'epoch',
  step: 'step',
  samples: 'samples seen',
  seconds: 'training seconds',
};

/** Positions of a cell's snapshots on an axis, ascending. */
export function axisPositions(timeline: CellTimeline, axis: TimeAxis): ArrayLike<number> {
  if (axis === 'epoch') return timeline.epochs;
  if (axis === 'step') return timeline.steps;
  return axis === 'samples' ? timeline.samples : timeline.seconds;
}

/** Index of the last of ascending positions that is not after `time`; -1 where all are. */
export function latestAt(positions: ArrayLike<number>, time: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether the snapshot of this number has its own preview: it was not thinned. */
function isKept({ previews }: CellTimeline, at: number): boolean {
  return at === 0 || previews[at] !== previews[at - 1];
}

/** Index of the last snapshot up to `time` that has a preview; -1 where there is none. */
function latestKept(timeline: CellTimeline, axis: TimeAxis, time: number): number {
  let at = latestAt(axisPositions(timeline, axis), time);
  while (at > 0 && !isKept(timeline, at)) at--;
  return at;
}

/** Index of the snapshot with a preview after this one, or before it where `step` is -1; -1 where there is none. */
export function keptBeside(timeline: CellTimeline, snapshot: number, step: 1 | -1): number {
  let at = snapshot + step;
  while (at > 0 && at < timeline.epochs.length && !isKept(timeline, at)) at += step;
  return at < timeline.epochs.length ? at : -1;
}

/** Every position that any cell has a snapshot with a preview at, ascending, each once: the frames of the scrubber. */
export function scrubPositions(timelines: readonly CellTimeline[], axis: TimeAxis): Float64Array {
  const total = timelines.reduce((sum, timeline) => sum + timeline.epochs.length, 0);
  const all = new Float64Array(total);
  let length = 0;
  for (const timeline of timelines) {
    const positions = axisPositions(timeline, axis);
    for (let at = 0; at < positions.length; at++) if (isKept(timeline, at)) all[length++] = positions[at];
  }
  const shown = all.subarray(0, length).sort();
  let kept = 0;
  for (const position of shown) {
    if (kept === 0 || position !== all[kept - 1]) all[kept++] = position;
  }
  return all.slice(0, kept);
}

/** What a cell shows at a moment: a snapshot with a preview, and the epoch that an exact frame would be drawn at. */
export interface ShownMoment {
  readonly snapshot: number;
  /** Number of its preview: thinned snapshots have none and are not shown. */
  readonly preview: number;
  /** Epoch of the snapshot, which the preview shows. */
  readonly snapshotEpoch: number;
  /** On the epoch axis any epoch up to the last snapshot's; on others the snapshot's. */
  readonly epoch: number;
}

/** Latest-at: what a cell shows at a moment of an axis; null before its first snapshot. */
export function shownMoment(timeline: CellTimeline, axis: TimeAxis, time: number): ShownMoment | null {
  const snapshot = latestKept(timeline, axis, time);
  if (snapshot < 0) return null;
  const preview = timeline.previews[snapshot];
  const snapshotEpoch = timeline.epochs[snapshot];
  const isLast = snapshot === timeline.epochs.length - 1;
  const epoch = axis === 'epoch' && !isLast ? Math.floor(time) : snapshotEpoch;
  return { snapshot, preview, snapshotEpoch, epoch };
}

/** The moment of another axis at which `timeline` shows the same snapshot. */
export function translatedTime(timeline: CellTimeline, from: TimeAxis, to: TimeAxis, time: number): number {
  const snapshot = Math.max(0, latestKept(timeline, from, time));
  return axisPositions(timeline, to)[snapshot] ?? 0;
}

/** An epoch on an axis, between snapshots in proportion. NaN without snapshots. */
export function timeOfEpoch(timeline: CellTimeline, axis: TimeAxis, epoch: number): number {
  const { epochs } = timeline;
  const positions = axisPositions(timeline, axis);
  const at = latestAt(epochs, epoch);
  if (at < 0) return epochs.length > 0 ? positions[0] : NaN;
  if (at + 1 >= epochs.length) return positions[at];
  const share = (epoch - epochs[at]) / (epochs[at + 1] - epochs[at]);
  return positions[at] + share * (positions[at + 1] - positions[at]);
}
