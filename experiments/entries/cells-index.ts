/**
 * Rows of cells.index: what the records of cells said when somebody last looked, so that a list of many cells needs none
 * of them. Rows are appended; of two about one cell the later counts. It can be made again from the records.
 */
import { EntryError } from '../records/entry-error.ts';
import type { TruthMeasure } from '../records/measures.ts';
import type { SweepCell } from '../sweeps/cell.ts';
import type { EntryCell } from './entry-schema.ts';

/** Figures of a cell's last snapshot; null where there is none. */
export interface LastFigures {
  readonly trainMse: number;
  readonly validationMse: number | null;
  readonly truth: TruthMeasure;
  readonly distinctHashes: number;
}

/** What the records of a cell say. */
export interface CellRow extends Pick<
  EntryCell,
  'id' | 'state' | 'started' | 'lastEpoch' | 'lastLink' | 'seconds'
> {
  /** Whether the last event is an early stop: nothing is left to train, whatever the goal. */
  readonly isEarly: boolean;
  readonly snapshots: number;
  /** Bytes of the good beginnings of both logs: where they are not these any more, the row is out of date. */
  readonly recordBytes: number;
  readonly previewBytes: number;
  readonly figures: LastFigures | null;
}

/** The state of a cell of this goal whose row it is: what ended at an earlier goal waits again. */
export function stateFrom({ state, isEarly, lastEpoch }: CellRow, epochs: number): EntryCell['state'] {
  return state === 'finished' && !isEarly && (lastEpoch ?? 0) < epochs ? 'queued' : state;
}

/** A cell with what its row says of it; nothing is recorded of one that has none. */
export function entryCellWith(cell: SweepCell, row: CellRow | undefined): EntryCell {
  const { id, label, epochs } = cell;
  const resolved = { id, label, axes: cell.axes, config: cell.config as EntryCell['config'], epochs };
  if (row === undefined)
    return { ...resolved, state: 'queued', started: null, lastEpoch: null, lastLink: null, seconds: 0 };
  const { started, lastEpoch, lastLink, seconds } = row;
  return { ...resolved, state: stateFrom(row, epochs), started, lastEpoch, lastLink, seconds };
}

/** What entry.json of version 1 says of a cell, as a row; undefined where nothing is recorded. */
export function rowFromFirst(cell: EntryCell): CellRow | undefined {
  const { id, state, started, lastEpoch, lastLink, seconds, epochs } = cell;
  if (state === 'queued' && started === null && lastEpoch === null) return undefined;
  const isEarly = state === 'finished' && (lastEpoch ?? 0) < epochs;
  const told = {
    id,
    state: state === 'queued' ? ('finished' as const) : state,
    started,
    lastEpoch,
    lastLink,
  };
  return {
    ...told,
    seconds,
    isEarly,
    snapshots: 0,
    recordBytes: unknownBytes,
    previewBytes: 0,
    figures: null,
  };
}

/** Bytes of records that nobody has counted. */
const unknownBytes = -1;

/** Whether two rows say the same of a cell. */
export function isSameRow(known: CellRow | undefined, row: CellRow): boolean {
  const fields = ['state', 'isEarly', 'started', 'lastEpoch', 'lastLink', 'seconds', 'recordBytes'] as const;
  return known !== undefined && fields.every((field) => known[field] === row[field]);
}

const states = ['queued', 'paused', 'finished', 'failed', 'interrupted', 'cancelled'] as const;
const rowBytes = 136;
/** Begins every payload: version of the rows. */
const headBytes = 4;
const version = 1;
const nothing = 0xffffffff;

/** Payload of a frame of cells.index. */
export function cellRowsPayload(rows: readonly CellRow[]): Uint8Array {
  const bytes = new Uint8Array(headBytes + rowBytes * rows.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version, true);
  rows.forEach((row, at) => writeRow(row, bytes, view, headBytes + rowBytes * at));
  return bytes;
}

function writeRow(row: CellRow, bytes: Uint8Array, view: DataView, at: number): void {
  bytes.set(fromHex(row.id), at);
  view.setUint8(at + 8, states.indexOf(row.state));
  view.setUint8(at + 9, Number(row.isEarly));
  view.setUint32(at + 12, row.lastEpoch ?? nothing, true);
  view.setFloat64(at + 16, row.started === null ? NaN : Date.parse(row.started), true);
  view.setFloat64(at + 24, row.seconds, true);
  view.setUint32(at + 32, row.snapshots, true);
  if (row.lastLink !== null) bytes.set(fromHex(row.lastLink), at + 40);
  view.setFloat64(at + 72, row.recordBytes, true);
  view.setFloat64(at + 80, row.previewBytes, true);
  const { trainMse = NaN, validationMse, truth, distinctHashes = 0 } = row.figures ?? {};
  const figures = [
    trainMse,
    validationMse ?? NaN,
    truth?.stride ?? NaN,
    truth?.mse ?? NaN,
    truth?.iou ?? NaN,
  ];
  figures.forEach((figure, number) => view.setFloat64(at + 88 + 8 * number, figure, true));
  view.setFloat64(at + 128, distinctHashes, true);
}

/** Rows of a payload of cells.index. Throws EntryError 'malformed'. */
export function cellRowsFrom(payload: Uint8Array): CellRow[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const isWhole = payload.length >= headBytes && (payload.length - headBytes) % rowBytes === 0;
  if (!isWhole || view.getUint32(0, true) !== version)
    throw new EntryError('malformed', 'cells.index has rows of another kind');
  const rows: CellRow[] = [];
  for (let at = headBytes; at < payload.length; at += rowBytes) rows.push(readRow(payload, view, at));
  return rows;
}

function readRow(bytes: Uint8Array, view: DataView, at: number): CellRow {
  const state = states[view.getUint8(at + 8)] as CellRow['state'] | undefined;
  const lastEpoch = view.getUint32(at + 12, true);
  const started = view.getFloat64(at + 16, true);
  const float = (from: number): number => view.getFloat64(at + from, true);
  const times = Number.isFinite(started) && Math.abs(started) <= 8.64e15;
  if (state === undefined || !(float(24) >= 0))
    throw new EntryError('malformed', 'cells.index has a row of no cell');
  return {
    id: hex(bytes, at, 8),
    state,
    isEarly: view.getUint8(at + 9) === 1,
    started: times ? new Date(started).toISOString() : null,
    lastEpoch: lastEpoch === nothing ? null : lastEpoch,
    lastLink: lastEpoch === nothing ? null : hex(bytes, at + 40, 32),
    seconds: float(24),
    snapshots: view.getUint32(at + 32, true),
    recordBytes: float(72),
    previewBytes: float(80),
    figures: lastEpoch === nothing || Number.isNaN(float(104)) ? null : figuresFrom(float),
  };
}

function figuresFrom(float: (from: number) => number): LastFigures {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return {
    trainMse: float(88),
    validationMse: orNull(float(96)),
    truth: { stride: float(104), mse: float(112), iou: orNull(float(120)) },
    distinctHashes: float(128),
  };
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(bytes: Uint8Array, from: number, length: number): string {
  let text = '';
  for (let at = from; at < from + length; at++) text += digits[bytes[at]];
  return text;
}
