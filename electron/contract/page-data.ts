/** What an exported page holds: the answers to the calls that its screen makes, and the packed previews. */
import type { CallResult } from './contract.ts';

/** Snapshots of a packed block. */
export const pageBlockLength = 16;

/** What an exported page holds in place of a lab: the answers to all calls that it makes. */
export interface PageData {
  readonly format: 'creasebook page';
  readonly version: 1;
  readonly entryId: string;
  readonly info: CallResult<'app.info'>;
  readonly settings: CallResult<'settings.read'>;
  readonly queue: CallResult<'queue.read'>;
  readonly entry: CallResult<'entry.read'>;
  readonly timelines: CallResult<'entry.timelines'>;
  readonly baselines: CallResult<'entry.baselines'>;
  readonly notes: CallResult<'notes.read'>;
  /** Pages of before have none. */
  readonly findings?: CallResult<'findings.read'>;
  readonly cells: readonly PageCell[];
}

/** The part of an exported page that belongs to one cell. */
export interface PageCell {
  readonly cellId: string;
  readonly events: CallResult<'entry.events'>;
  readonly regions: CallResult<'regions.read'>;
  /** The true picture at the previews' size. */
  /** Null where nobody knows it. */
  readonly truth: CallResult<'cell.truth'> | null;
  /** Every so many-th preview is here, the last one always. */
  readonly every: number;
  /** Blocks of `pageBlockLength` of these previews, packed (preview-pack.ts). */
  readonly previews: readonly Uint8Array[];
}

/** Number among those here of the preview that stands for a preview where every so many-th is here, and the last of `previews`. */
export function keptPreview(preview: number, every: number, previews: number): number {
  return preview === previews - 1 ? Math.ceil((previews - 1) / every) : Math.floor(preview / every);
}

/** The snapshots whose previews are kept, ascending. */
export function keptSnapshots(every: number, snapshots: number): number[] {
  const kept = Array.from({ length: Math.ceil(snapshots / every) }, (_, at) => at * every);
  return kept.at(-1) === snapshots - 1 || snapshots === 0 ? kept : [...kept, snapshots - 1];
}
