/**
 * Rows of cells.index by the cells that they are about, kept as the bytes that they are stored in: a hundred thousand of
 * them take little room, and each is read when it is asked for.
 */
import {
  cellRowBytes,
  cellRowsPayload,
  headOfRow,
  idOfRow,
  lastOfRow,
  rowOf,
  rowsOfPayload,
  type CellRow,
  type RowHead,
  type RowLast,
} from './cells-index.ts';

/** So many rows are made room for at first. */
const firstRoom = 64;

/** The rows of cells, one for each: of two about one cell the later counts. */
export class CellRowTable {
  #bytes = new Uint8Array(firstRoom * cellRowBytes);
  /** Numbers of the rows, by the ids of their cells, in the order in which cells were first told of. */
  readonly #places = new Map<string, number>();

  /** Takes in the rows of a payload; how many it has. Throws EntryError 'malformed', and takes none in. */
  add(payload: Uint8Array): number {
    const rows = rowsOfPayload(payload);
    for (let at = 0; at < rows.length; at += cellRowBytes)
      this.#put(idOfRow(rows, at), rows.subarray(at, at + cellRowBytes));
    return rows.length / cellRowBytes;
  }

  /** Takes in a row. */
  set(row: CellRow): void {
    this.#put(row.id, rowsOfPayload(cellRowsPayload([row])));
  }

  get size(): number {
    return this.#places.size;
  }

  /** Whether anything is known of a cell. */
  has(id: string): boolean {
    return this.#places.has(id);
  }

  /** The row of a cell. */
  of(id: string): CellRow | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : rowOf(this.#bytes, place * cellRowBytes, id);
  }

  /** What lists of cells need of a cell's row. */
  headOf(id: string): RowHead | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : headOfRow(this.#bytes, place * cellRowBytes);
  }

  /** What a cell's row says of its last snapshot. */
  lastOf(id: string): RowLast | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : lastOfRow(this.#bytes, place * cellRowBytes);
  }

  /** The rows of these cells alone, in this order. */
  kept(ids: Iterable<string>): CellRowTable {
    const table = new CellRowTable();
    for (const id of ids) {
      const place = this.#places.get(id);
      if (place !== undefined) table.#put(id, this.#bytes.subarray(place * cellRowBytes));
    }
    return table;
  }

  /** Payload with all rows; null where there are none. */
  payload(): Uint8Array | null {
    return this.size === 0 ? null : cellRowsPayload([], this.#bytes.subarray(0, this.size * cellRowBytes));
  }

  #put(id: string, row: Uint8Array): void {
    const place = this.#places.get(id) ?? this.size;
    this.#places.set(id, place);
    if ((place + 1) * cellRowBytes > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(row.subarray(0, cellRowBytes), place * cellRowBytes);
  }
}
