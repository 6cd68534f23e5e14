/** What attempts offer, read piece by piece: whether it is what it says it is, and its bytes. One pack is open at a time. */
import { fitsPack, packedRanges } from '../../../experiments/entries/pack.ts';
import { claimedSnapshot } from '../../../experiments/records/claimed-snapshot.ts';
import { crc32c } from '../../../experiments/records/crc32c.ts';
import { chainLink, firstLink } from '../../../experiments/records/digests.ts';
import { claimedHeader, type ClaimedHeader } from '../../../experiments/records/record-payload.ts';
import { logFrameHeaderBytes } from '../../../experiments/records/record-log.ts';
import { bufferedReader, type BufferedReader } from '../disk/buffered-reader.ts';
import type { OpenFile } from '../disk/files.ts';
import { fileError } from '../disk/lab-error.ts';
import type { PackPart } from '../notebook/packs.ts';
import type { AttemptFile, OfferedCell } from './attempt-file.ts';

/** Snapshots that are larger are left to a verification of the entry. */
const maxSnapshotBytes = 1 << 26;
/** So many measures of an epoch the first snapshot of a cell may have: it is that of epoch 0. */
const maxFirstMeasures = 1 << 16;
/** Headers of records that are larger are none of a cell's. */
const maxHeaderBytes = 1 << 22;
/** So much is read and copied at once. */
const pieceBytes = 1 << 22;

/** Reads packs, whichever is asked for last. Memory: 4 MiB, or one snapshot. */
export class OfferedCells {
  #file: AttemptFile | null = null;
  #open: OpenFile | null = null;
  #reader: BufferedReader | null = null;
  readonly #piece = new Uint8Array(1 << 20);

  /** What is wrong with a cell, in words; null where it is what it says it is. Throws LabError. */
  async faultOf(cell: OfferedCell): Promise<string | null> {
    const { id, state } = cell.row;
    if (state !== 'finished' && state !== 'failed') return `cell ${id} has not ended`;
    if (!fitsPack(cell.row)) return `cell ${id} is larger than packs hold`;
    if (!(await this.#isIntact(cell))) return `cell ${id} was damaged`;
    return this.#chainFault(cell);
  }

  /** The frames of cells of one pack after another, in their order there, byte for byte. Throws LabError. */
  async *parts(cells: readonly OfferedCell[]): AsyncGenerator<PackPart> {
    for (let first = 0; first < cells.length;) {
      const { file, offset } = cells[first];
      let [end, next] = [endOf(cells[first]), first + 1];
      while (
        next < cells.length &&
        follows(cells[next], file, end) &&
        endOf(cells[next]) - offset <= pieceBytes
      )
        end = endOf(cells[next++]);
      const begun = cells.slice(first, next).map((cell) => ({ row: cell.row, offset: cell.offset - offset }));
      for (let at = offset; at < end; at += pieceBytes)
        yield {
          bytes: await this.#read(file, at, Math.min(pieceBytes, end - at)),
          cells: at === offset ? begun : [],
        };
      first = next;
    }
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    const open = this.#open;
    [this.#file, this.#open, this.#reader] = [null, null, null];
    await open?.close();
  }

  async #read(file: AttemptFile, offset: number, length: number): Promise<Uint8Array> {
    try {
      const open = await this.#opened(file);
      this.#reader ??= await bufferedReader(open);
      return await this.#reader.read(offset, length);
    } catch (error) {
      throw fileError(error, 'read a pack');
    }
  }

  async #opened(file: AttemptFile): Promise<OpenFile> {
    if (this.#file === file && this.#open !== null) return this.#open;
    await this.close();
    this.#open = await file.open();
    this.#file = file;
    return this.#open;
  }

  /** Large frames go through one piece of memory: what is let go of may stay for long. */
  async #isIntact({ file, offset, length, checksum }: OfferedCell): Promise<boolean> {
    const start = offset + logFrameHeaderBytes;
    if (length <= this.#piece.length) return crc32c(await this.#read(file, start, length)) === checksum;
    let [found, at] = [0, 0];
    try {
      const open = await this.#opened(file);
      while (at < length) {
        const read = await open.read(this.#piece.subarray(0, length - at), start + at);
        if (read === 0) return false;
        found = crc32c(this.#piece.subarray(0, read), found);
        at += read;
      }
    } catch (error) {
      throw fileError(error, 'read a pack');
    }
    return found === checksum;
  }

  /** The chain begins with the id, records of another cell do not fit; and it ends as the row says. */
  async #chainFault(cell: OfferedCell): Promise<string | null> {
    const { id, lastLink, lastEpoch } = cell.row;
    const found = await this.#snapshots(cell);
    if (found === null) return `cell ${id} has a record that cannot be read`;
    const [first, last] = found;
    if (first === undefined || last === undefined)
      return lastLink === null ? null : `cell ${id} has no snapshot`;
    if (first.length <= maxSnapshotBytes) {
      const payload = await this.#read(cell.file, first.position, first.length);
      const begun = hasSmallHeader(payload) ? claimedSnapshot(payload, maxFirstMeasures) : null;
      if (begun === null) return `cell ${id} has a record that cannot be read`;
      if (chainLink(firstLink(id), begun) !== begun.link) return `cell ${id} has the records of another cell`;
    }
    if (last.length > maxSnapshotBytes) return null;
    const end = claimed(await this.#read(cell.file, last.position, last.length));
    if (end === null) return `cell ${id} has a record that cannot be read`;
    const isSame = end.link === lastLink && end.metrics?.epoch === lastEpoch;
    return isSame ? null : `cell ${id} ends with another snapshot than its pack says`;
  }

  /** The first and the last snapshot of a cell's records, none where there is none; null where a record cannot be read. */
  async #snapshots(cell: OfferedCell): Promise<readonly [Place?, Place?] | null> {
    const { offset: from, length: size } = packedRanges(cell).records;
    let first: Place | undefined;
    let last: Place | undefined;
    for (let at = 0; at + logFrameHeaderBytes <= size;) {
      const most = Math.min(logFrameHeaderBytes + snapshotBeginning.length, size - at);
      const beginning = await this.#read(cell.file, from + at, most);
      const length = new DataView(beginning.buffer, beginning.byteOffset).getUint32(0, true);
      const position = from + at + logFrameHeaderBytes;
      at += logFrameHeaderBytes + length;
      if (at > size) break;
      const text = beginning.subarray(logFrameHeaderBytes);
      if (startsWith(text, eventBeginning)) continue;
      if (!startsWith(text, snapshotBeginning)) {
        // States, and whatever others may write.
        if (length > maxSnapshotBytes) continue;
        const head = claimed(await this.#read(cell.file, position, length));
        if (head === null) return null;
        if (head.type !== 'snapshot' && head.type !== 'thinned') continue;
      }
      last = { position, length };
      first ??= last;
    }
    return [first, last];
  }
}

/** Where the payload of a record lies in its pack. */
interface Place {
  readonly position: number;
  readonly length: number;
}

/** How the payloads of events and of snapshots go on after the length of their header, whose fields stand in order. */
const [eventBeginning, snapshotBeginning] = ['{"event":', '{"keyFrame":'].map((text) =>
  Uint8Array.from([0, 0, 0, 0, ...Buffer.from(text)]),
);
const headerLengthBytes = 4;

/** Whether a payload begins so; the length of its header may be any. */
function startsWith(payload: Uint8Array, beginning: Uint8Array): boolean {
  if (payload.length < beginning.length) return false;
  for (let at = headerLengthBytes; at < beginning.length; at++)
    if (payload[at] !== beginning[at]) return false;
  return true;
}

function endOf({ offset, length }: OfferedCell): number {
  return offset + logFrameHeaderBytes + length;
}

function follows(cell: OfferedCell, file: AttemptFile, end: number): boolean {
  return cell.file === file && cell.offset === end;
}

function hasSmallHeader(payload: Uint8Array): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return payload.length >= headerLengthBytes && view.getUint32(0, true) <= maxHeaderBytes;
}

/** The header of a payload as whoever wrote it put it; null where it has none that may be read. */
function claimed(payload: Uint8Array): ClaimedHeader | null {
  return hasSmallHeader(payload) ? claimedHeader(payload) : null;
}
