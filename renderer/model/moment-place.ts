/** Which of a cell's values a chart takes while time moves. */
import type { ChartCell, Place } from '../../experiments/charts/chart-cell.ts';
import { placeFromWord } from '../../experiments/charts/chart-request.ts';
import type { CellTimeline } from '../../electron/contract/entries.ts';
import { axisPositions, latestAt, type TimeAxis } from './time-axis.ts';

/** 'shown' is the moment of the scrubber: on the epoch axis an epoch, on others the snapshot that each cell shows. */
export function momentPlace(
  word: string,
  { axis, time }: { readonly axis: TimeAxis; readonly time: number },
  timelines: ReadonlyMap<string, CellTimeline>,
): Place {
  if (word !== 'shown') return placeFromWord(word);
  if (axis === 'epoch') return Math.floor(time);
  return (cell: ChartCell) => {
    const timeline = timelines.get(cell.id);
    return timeline === undefined ? -1 : latestAt(axisPositions(timeline, axis), time);
  };
}
