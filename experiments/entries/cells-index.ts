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
  /** Null where nobody knows the true picture. */
  readonly truth: TruthMeasure | null;
  readonly distinctHashes: number;
}

/** What the records of a cell say. */
export interface CellRow extends Pick<
  EntryCell,
  'id' | 'state' | 'started' | 'lastEpoch' | 'lastLink' | 'seconds'
> {
  /** The goal that it has finished: Infinity where it stopped early, 0 where it has not finished. */
  readonly reach: number;
  readonly snapshots: number;
  /** Bytes of the good beginnings of both logs: where they are not these any more, the row is out of date. */
  readonly recordBytes: number;
  readonly previewBytes: number;
  readonly figures: LastFigures | null;
}

/** What lists of cells need of a row. */
export type RowHead = Pick<CellRow, 'state' | 'reach' | 'lastEpoch' | 'recordBytes'>;

/** What a row says of a cell's last snapshot. */
export type RowLast = Pick<CellRow, 'lastEpoch' | 'snapshots' | 'seconds' | 'figures'>;

/** The state of a cell of this goal whose row it is: what ended at an earlier goal waits again. */
export function stateFrom({ state, reach }: RowHead, epochs: number): EntryCell['state'] {
  return state === 'finished' && reach < epochs ? 'queued' : state;
}

const unrecorded = { started: null, lastEpoch: null, lastLink: null, seconds: 0 };

/** A cell with what its row says of it; nothing is recorded of one that has none. */
export function entryCellWith(cell: SweepCell, row: CellRow | undefined): EntryCell {
  const { id, label, axes, epochs } = cell;
  const config = cell.config as EntryCell['config'];
  const state = row === undefined ? 'queued' : stateFrom(row, epochs);
  const { started, lastEpoch, lastLink, seconds } = row ?? unrecorded;
  return { id, label, axes, config, epochs, state, started, lastEpoch, lastLink, seconds };
}

/** What entry.json of version 1 says of a cell, as a row; undefined where nothing is recorded. */
export function rowFromFirst(cell: EntryCell): CellRow | undefined {
  const { id, state, started, lastEpoch, lastLink, seconds, epochs } = cell;
  if (state === 'queued' && started === null && lastEpoch === null) return undefined;
  // A cell that waits again has finished an earlier goal; one that is done before its goal has stopped early.
  const isDone = state === 'finished';
  const reach =
    isDone && (lastEpoch ?? 0) < epochs ? Infinity : isDone || state === 'queued' ? (lastEpoch ?? 0) : 0;
  const told = {
    id,
    state: state === 'queued' ? ('finished' as const) : state,
    started,
    lastEpoch,
    lastLink,
  };
  return { ...told, seconds, reach, snapshots: 0, recordBytes: unknownBytes, previewBytes: 0, figures: null };
}

/** Bytes of records that nobody has counted. */
const unknownBytes = -1;

/** Whether two rows say the same of a cell. */
export function isSameRow(known: CellRow | undefined, row: CellRow): boolean {
  const fields = ['state', 'reach', 'started', 'lastEpoch', 'lastLink', 'seconds', 'recordBytes'] as const;
  return known !== undefined && fields.every((field) => known[field] === row[field]);
}

const states = ['queued', 'paused', 'finished', 'failed', 'interrupted', 'cancelled'] as const;
/** Bytes of a row. */
export const cellRowBytes = 160;
/** Where the fields of a row lie. */
const place = {
  id: 0,
  state: 8,
  lastEpoch: 12,
  snapshots: 16,
  reach: 20,
  seconds: 24,
  lastLink: 32,
  recordBytes: 64,
  previewBytes: 72,
  figures: 80,
  distinctHashes: 120,
  started: 128,
} as const;
const timeBytes = cellRowBytes - place.started;
const timeForm = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** Begins every payload: version of the rows. */
const headBytes = 4;
const version = 1;
/** Stands for no epoch, and for any goal. */
const nothing = 0xffffffff;

/** Payload of a frame of cells.index: rows, and rows that are stored as bytes before them. */
export function cellRowsPayload(rows: readonly CellRow[], stored = new Uint8Array(0)): Uint8Array {
  const start = headBytes + stored.length;
  const bytes = new Uint8Array(start + cellRowBytes * rows.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version, true);
  bytes.set(stored, headBytes);
  rows.forEach((row, at) => writeRow(row, bytes, view, start + cellRowBytes * at));
  return bytes;
}

function writeRow(row: CellRow, bytes: Uint8Array, view: DataView, at: number): void {
  bytes.set(fromHex(row.id), at + place.id);
  view.setUint8(at + place.state, states.indexOf(row.state));
  view.setUint32(at + place.reach, Math.min(row.reach, nothing), true);
  view.setUint32(at + place.lastEpoch, row.lastEpoch ?? nothing, true);
  view.setUint32(at + place.snapshots, row.snapshots, true);
  view.setFloat64(at + place.seconds, row.seconds, true);
  if (row.lastLink !== null) bytes.set(fromHex(row.lastLink), at + place.lastLink);
  view.setFloat64(at + place.recordBytes, row.recordBytes, true);
  view.setFloat64(at + place.previewBytes, row.previewBytes, true);
  const { trainMse = NaN, validationMse, truth, distinctHashes = 0 } = row.figures ?? {};
  const figures = [
    trainMse,
    validationMse ?? NaN,
    truth?.stride ?? NaN,
    truth?.mse ?? NaN,
    truth?.iou ?? NaN,
  ];
  figures.forEach((figure, number) => view.setFloat64(at + place.figures + 8 * number, figure, true));
  view.setFloat64(at + place.distinctHashes, distinctHashes, true);
  const time = utf8.encode(row.started ?? '');
  if (time.length <= timeBytes) bytes.set(time, at + place.started);
}

/** The bytes of the rows of a payload of cells.index. Throws EntryError 'malformed' where any of them is no row. */
export function rowsOfPayload(payload: Uint8Array): Uint8Array {
  const view = viewOf(payload);
  const isWhole = payload.length >= headBytes && (payload.length - headBytes) % cellRowBytes === 0;
  if (!isWhole || view.getUint32(0, true) !== version)
    throw new EntryError('malformed', 'cells.index has rows of another kind');
  for (let at = headBytes; at < payload.length; at += cellRowBytes)
    if (payload[at + place.state] >= states.length || !(view.getFloat64(at + place.seconds, true) >= 0))
      throw new EntryError('malformed', 'cells.index has a row of no cell');
  return payload.subarray(headBytes);
}

/** Rows of a payload of cells.index. Throws EntryError 'malformed'. */
export function cellRowsFrom(payload: Uint8Array): CellRow[] {
  const bytes = rowsOfPayload(payload);
  return Array.from({ length: bytes.length / cellRowBytes }, (_, row) => rowOf(bytes, cellRowBytes * row));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Id of the cell of the row at an offset. */
export function idOfRow(bytes: Uint8Array, at: number): string {
  return hex(bytes, at + place.id, 8);
}

/** What lists need of the row at an offset. */
export function headOfRow(bytes: Uint8Array, at: number): RowHead {
  const view = viewOf(bytes);
  const [last, reach] = [view.getUint32(at + place.lastEpoch, true), view.getUint32(at + place.reach, true)];
  return {
    state: states[bytes[at + place.state]],
    reach: reach === nothing ? Infinity : reach,
    lastEpoch: last === nothing ? null : last,
    recordBytes: view.getFloat64(at + place.recordBytes, true),
  };
}

/** The bytes of logs that the row at an offset tells. */
export function sizesOfRow(bytes: Uint8Array, at: number): Pick<CellRow, 'recordBytes' | 'previewBytes'> {
  const view = viewOf(bytes);
  return {
    recordBytes: view.getFloat64(at + place.recordBytes, true),
    previewBytes: view.getFloat64(at + place.previewBytes, true),
  };
}

/** The row at an offset of the bytes of rows; its id where that is known. */
export function rowOf(bytes: Uint8Array, at: number, id = idOfRow(bytes, at)): CellRow {
  const last = lastOfRow(bytes, at);
  return {
    id,
    ...headOfRow(bytes, at),
    ...last,
    started: timeFrom(bytes.subarray(at + place.started, at + cellRowBytes)),
    lastLink: last.lastEpoch === null ? null : hex(bytes, at + place.lastLink, 32),
    previewBytes: sizesOfRow(bytes, at).previewBytes,
  };
}

/** What the row at an offset says of its cell's last snapshot. */
export function lastOfRow(bytes: Uint8Array, at: number): RowLast {
  const view = viewOf(bytes);
  const last = view.getUint32(at + place.lastEpoch, true);
  return {
    lastEpoch: last === nothing ? null : last,
    snapshots: view.getUint32(at + place.snapshots, true),
    seconds: view.getFloat64(at + place.seconds, true),
    figures: last === nothing ? null : figuresFrom(view, at),
  };
}

function timeFrom(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(0);
  const text = ascii.decode(end < 0 ? bytes : bytes.subarray(0, end));
  return timeForm.test(text) ? text : null;
}

/** Null of a row that tells of no figures, as those from version 1. */
function figuresFrom(view: DataView, at: number): LastFigures | null {
  const figure = (number: number): number => view.getFloat64(at + place.figures + 8 * number, true);
  const [trainMse, stride] = [figure(0), figure(2)];
  if (Number.isNaN(stride) && Number.isNaN(trainMse)) return null;
  const truth = Number.isNaN(stride) ? null : { stride, mse: figure(3), iou: orNull(figure(4)) };
  const distinctHashes = view.getFloat64(at + place.distinctHashes, true);
  return { trainMse, validationMse: orNull(figure(1)), truth, distinctHashes };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >>> 1);
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = 16 * digitOf(text.charCodeAt(2 * at)) + digitOf(text.charCodeAt(2 * at + 1));
  return bytes;
}

/** The value of a hexadecimal digit in lower case. */
function digitOf(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

const ascii = new TextDecoder();
const utf8 = new TextEncoder();
const digits = new TextEncoder().encode('0123456789abcdef');
/** Digits of the longest number there is. */
const written = new Uint8Array(64);

function hex(bytes: Uint8Array, from: number, length: number): string {
  for (let at = 0; at < length; at++) {
    written[2 * at] = digits[bytes[from + at] >>> 4];
    written[2 * at + 1] = digits[bytes[from + at] & 15];
  }
  return ascii.decode(written.subarray(0, 2 * length));
}
