/** What a scene needs of whatever it shows a network of: an entry, or a file that was opened. */
import type { CellTimeline } from '../../electron/contract/entries.ts';
import type { ShownMoment } from '../model/time-axis.ts';
import type { Ground, PaintStyle } from '../paint/paint-style.ts';
import type { PaintedCell } from '../paint/grid-painter.ts';
import type { PreviewStore } from '../frames/preview-store.ts';
import type { LabState } from './lab-state.svelte.ts';

/** Whose scene it is: an entry's cell, or a network from a file. */
export interface SceneHost {
  readonly lab: Pick<LabState, 'client' | 'fail' | 'attempt'>;
  readonly entryId: string;
  readonly ground: Ground;
  readonly creases: boolean;
  readonly style: PaintStyle;
  readonly painter: { readonly previews: Pick<PreviewStore, 'get' | 'want'> };
  readonly scrubber: { readonly direction: number; readonly isPlaying: boolean };
  cell(cellId: string): { readonly label: string } | null;
  moment(cellId: string): ShownMoment | null;
  timeline(cellId: string): CellTimeline | undefined;
  painted(cellId: string): PaintedCell | null;
}
