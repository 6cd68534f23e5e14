/** What is worth stopping at: loss spikes, jumps in the number of regions, key frames, a person's own markers. */
import type { CellTimeline } from '../../electron/contract/entries.ts';
import { timeOfEpoch, type TimeAxis } from './time-axis.ts';

/** What a mark on the timeline stands for. */
export type MarkKind = 'spike' | 'jump' | 'key frame' | 'marker';

/** A mark on the timeline. */
export interface TimelineMark {
  readonly kind: MarkKind;
  /** On the time axis. */
  readonly time: number;
  readonly epoch: number;
  readonly cellId: string | null;
  /** What a marker says. */
  readonly text: string;
}

/** A number of regions that changes by more than this factor from one snapshot to the next has jumped. */
const jumpFactor = 1.5;
/** Counts below this jump all the time. */
const smallestJump = 20;

/** Marks of one cell on an axis: spikes of its loss, jumps of its region count, key frames. */
export function marksOfCell(timeline: CellTimeline, axis: TimeAxis): TimelineMark[] {
  const mark = (kind: MarkKind, epoch: number): TimelineMark => ({
    kind,
    time: timeOfEpoch(timeline, axis, epoch),
    epoch,
    cellId: timeline.cellId,
    text: '',
  });
  const marks = Array.from(timeline.spikes, (epoch) => mark('spike', epoch));
  const { keyFrames, epochs, measures } = timeline;
  const { distinctHashes } = measures;
  epochs.forEach((epoch, at) => {
    if (keyFrames[at] === 1) marks.push(mark('key frame', epoch));
    if (at > 0 && jumps(distinctHashes[at - 1], distinctHashes[at])) marks.push(mark('jump', epoch));
  });
  return marks;
}

function jumps(before: number, after: number): boolean {
  if (Math.max(before, after) < smallestJump) return false;
  return after > before * jumpFactor || before > after * jumpFactor;
}

const markerLine = /^\s*[-*]\s+epoch\s+([\d,\u202f ]+?)\s*(?::\s*(.*))?$/i;

/** Markers of notes: list items such as "- Epoch 1,200: the ring closes". Times are on the epoch axis. */
export function markersFromNotes(notes: string): { readonly epoch: number; readonly text: string }[] {
  return notes.split('\n').flatMap((line) => {
    const match = markerLine.exec(line);
    if (match === null) return [];
    const epoch = Number((match[1] ?? '').replace(/\D/g, ''));
    return Number.isSafeInteger(epoch) ? [{ epoch, text: match[2] ?? '' }] : [];
  });
}

/**
 * Every mark of an entry on an axis: those of its cells, and the notes' markers, which `reference` puts on axes other than
 * epochs (none where it is undefined).
 */
export function marksOfEntry(
  timelines: Iterable<CellTimeline>,
  reference: CellTimeline | undefined,
  axis: TimeAxis,
  notes: string,
): TimelineMark[] {
  const marks = [...timelines].flatMap((timeline) => marksOfCell(timeline, axis));
  if (reference === undefined) return marks;
  for (const { epoch, text } of markersFromNotes(notes)) {
    const time = axis === 'epoch' ? epoch : timeOfEpoch(reference, axis, epoch);
    marks.push({ kind: 'marker', time, epoch, cellId: null, text });
  }
  return marks.filter(({ time }) => Number.isFinite(time));
}

/** Notes with a marker line at the end. */
export function notesWithMarker(notes: string, epochText: string): string {
  const separator = notes === '' || notes.endsWith('\n') ? '' : '\n';
  return `${notes}${separator}- Epoch ${epochText}: \n`;
}

/** The next (or, backwards, the last) moment after `time` that has an event; null where there is none. */
export function nextEvent(marks: readonly TimelineMark[], time: number, backwards: boolean): number | null {
  let best: number | null = null;
  for (const { kind, time: at } of marks) {
    if (kind === 'key frame' || !(backwards ? at < time : at > time)) continue;
    if (best === null || (backwards ? at > best : at < best)) best = at;
  }
  return best;
}
