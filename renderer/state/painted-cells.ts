/** What the painter of an entry's pictures must know of its cells. */
import type { CellSummary, CellTimeline } from '../../electron/contract/entries.ts';
import { previewCount } from '../model/cell-series.ts';
import { keptBeside, type ShownMoment } from '../model/time-axis.ts';
import type { PaintedCell, PaintingState } from '../paint/grid-painter.ts';
import type { PaintStyle } from '../paint/paint-style.ts';
import type { LabState } from './lab-state.svelte.ts';
import type { Scrubber } from './scrubber.svelte.ts';

/** An entry as its painter sees it. */
interface PaintedEntry {
  readonly lab: LabState;
  readonly scrubber: Scrubber;
  readonly style: PaintStyle;
  painted(cellId: string): PaintedCell | null;
}

/** What a painter asks of an entry, as it is at that moment. */
export function paintingState(entry: PaintedEntry): PaintingState {
  return {
    cell: (cellId) => entry.painted(cellId),
    get style() {
      return entry.style;
    },
    get direction() {
      return entry.scrubber.direction;
    },
    get wantsExact() {
      return !entry.scrubber.isPlaying && !entry.lab.isPage;
    },
  };
}

/** A cell at a moment; null where it has nothing to show. */
export function paintedCell(
  cell: CellSummary | null,
  timeline: CellTimeline | undefined,
  moment: ShownMoment | null,
): PaintedCell | null {
  if (moment === null || timeline === undefined || cell === null) return null;
  const previous = keptBeside(timeline, moment.snapshot, -1);
  return {
    moment,
    known: previewCount(timeline),
    previousEpoch: previous < 0 ? null : timeline.epochs[previous],
    hiddenLayers: cell.config.network.hidden.length,
    parameters: cell.parameters,
    target: cell.config.target,
  };
}
