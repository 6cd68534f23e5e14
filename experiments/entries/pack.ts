/**
 * A pack: one framed log with the records and previews of many cells, byte for byte. Each cell is a frame; the last frame
 * is a table of them, so that a pack is opened by reading its end alone. One without a table is read frame by frame.
 */
import {
  cellRowBytes,
  cellRowsFrom,
  cellRowsPayload,
  idOfRow,
  rowOf,
  rowsOfPayload,
  sizesOfRow,
  type CellRow,
} from './cells-index.ts';
import { EntryError } from '../records/entry-error.ts';
import { logFrameHeaderBytes, maxPayloadBytes } from '../records/record-log.ts';

/** Where a cell lies in a pack, and what its records say. */
export interface PackedCell {
  readonly row: CellRow;
  /** Offset of its frame in the pack, bytes. */
  readonly offset: number;
}

/** Bytes of a pack. */
export interface PackRange {
  readonly offset: number;
  readonly length: number;
}

/** Begin the payloads: of a cell, of a table. */
const [cellKind, tableKind] = [1, 2];
const kindBytes = 4;
/** One row, as a frame of cells.index has it. */
const cellHeadBytes = kindBytes + kindBytes + cellRowBytes;
const offsetBytes = 8;
const lengthBytes = 4;

/** Bytes of a pack's last frame that must be read to know where the frame begins. */
export const packTailBytes = lengthBytes;

/** Whether a cell is small enough for a frame. */
export function fitsPack({ recordBytes, previewBytes }: CellRow): boolean {
  return cellHeadBytes + recordBytes + previewBytes <= maxPayloadBytes / 2;
}

/** Beginning of a cell's payload; its records and its previews follow. */
export function packedCellHead(row: CellRow): Uint8Array {
  return withKind(cellKind, cellRowsPayload([row]));
}

/**
 * What a cell's payload, or its beginning where its length is told, says of it; null where it is no cell. Throws
 * EntryError 'malformed'.
 */
export function packedCellFrom(
  payload: Uint8Array,
  offset: number,
  length = payload.length,
): PackedCell | null {
  if (kindOf(payload) !== cellKind) return null;
  const [row] = cellRowsFrom(payload.subarray(kindBytes, cellHeadBytes));
  if (row === undefined || length !== cellHeadBytes + row.recordBytes + row.previewBytes)
    throw new EntryError('malformed', `a pack holds cell ${row?.id ?? ''} in another length`);
  return { row, offset };
}

/** Bytes of a frame, its header included, from which packedCellFrom can be told what it needs. */
export const packedHeadBytes = logFrameHeaderBytes + cellHeadBytes;

/** Payload of the table. */
export function packTable(cells: readonly PackedCell[]): Uint8Array {
  const rows = cellRowsPayload(cells.map(({ row }) => row));
  const bytes = new Uint8Array(kindBytes + rows.length + offsetBytes * cells.length + lengthBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(withKind(tableKind, rows));
  cells.forEach(({ offset }, at) =>
    view.setFloat64(kindBytes + rows.length + offsetBytes * at, offset, true),
  );
  view.setUint32(bytes.length - lengthBytes, bytes.length, true);
  return bytes;
}

/** Length of the table's payload by a pack's last bytes. */
export function packTableLength(tail: Uint8Array): number {
  return tail.length < packTailBytes ? 0 : new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
}

/** A cell of a pack whose row is read when it is asked for. */
export class TableCell implements PackedCell {
  readonly offset: number;
  readonly #rows: Uint8Array;
  readonly #at: number;

  /** The cell whose row lies at `at` of the bytes of rows, and whose frame at `offset` of the pack. */
  constructor(rows: Uint8Array, at: number, offset: number) {
    this.#rows = rows;
    this.#at = at;
    this.offset = offset;
  }

  /** The cell of a row. */
  static of({ row, offset }: PackedCell): TableCell {
    return new TableCell(rowsOfPayload(cellRowsPayload([row])), 0, offset);
  }

  get id(): string {
    return idOfRow(this.#rows, this.#at);
  }

  get row(): CellRow {
    return rowOf(this.#rows, this.#at);
  }

  /** Where its records lie in the pack, and where its previews. */
  get ranges(): PackRanges {
    return packedRanges({ row: sizesOfRow(this.#rows, this.#at), offset: this.offset });
  }
}

/** Cells of a table; null where the payload is none. Throws EntryError 'malformed'. */
export function packTableFrom(payload: Uint8Array): TableCell[] | null {
  if (kindOf(payload) !== tableKind) return null;
  const each = cellRowBytes + offsetBytes;
  const rest = payload.length - 2 * kindBytes - lengthBytes;
  if (rest < 0 || rest % each !== 0)
    throw new EntryError('malformed', 'the table of a pack has another length');
  const end = 2 * kindBytes + (rest / each) * cellRowBytes;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  // A copy of the rows alone: what was read with them need not be kept.
  const rows = rowsOfPayload(payload.subarray(kindBytes, end)).slice();
  return Array.from(
    { length: rest / each },
    (_, at) => new TableCell(rows, cellRowBytes * at, view.getFloat64(end + offsetBytes * at, true)),
  );
}

/** The records and the previews of a cell. */
export interface PackRanges {
  readonly records: PackRange;
  readonly previews: PackRange;
}

/** Where a packed cell's records lie in its pack, and where its previews. */
export function packedRanges({
  row,
  offset,
}: {
  readonly row: Pick<CellRow, 'recordBytes' | 'previewBytes'>;
  readonly offset: number;
}): PackRanges {
  const records = { offset: offset + packedHeadBytes, length: row.recordBytes };
  return { records, previews: { offset: records.offset + row.recordBytes, length: row.previewBytes } };
}

function withKind(kind: number, bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(kindBytes + bytes.length);
  new DataView(whole.buffer).setUint32(0, kind, true);
  whole.set(bytes, kindBytes);
  return whole;
}

function kindOf(payload: Uint8Array): number {
  return payload.length < kindBytes ? 0 : new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
}
