/** Whether the records of a cell are what was written: checksums, digests, the hash chain, and what the entry says of it. */
import { PlaneMemory } from '../records/byte-planes.ts';
import { EntryError } from '../records/entry-error.ts';
import type { EntryCell } from './entry-schema.ts';
import { decodeRecord, decodeRecordHead, type RecordHead } from '../records/record-codec.ts';
import { logFrameHeaderBytes, type LogPosition, type LogDamage } from '../records/record-log.ts';
import { chainLink, firstLink, metricsDigest, stateDigest, weightsDigest } from '../records/digests.ts';
import type { ResumeState, Snapshot, ThinnedSnapshot } from '../records/snapshot.ts';

/** Bytes [from, to) of a file. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Bytes of the frame at a position. */
export function bytesOfFrame({ offset, length }: LogPosition): ByteRange {
  return { from: offset, to: offset + logFrameHeaderBytes + length };
}

/** Something that is not what was written. */
export interface Finding {
  readonly part:
    | 'records'
    | 'previews'
    | 'weights'
    | 'measures'
    | 'entry.json'
    | 'sweep.yaml'
    | 'target'
    | 'notes.md'
    | 'findings.log'
    | 'verdicts.json';
  /** Id of the cell, null where the whole entry is meant. */
  readonly cell: string | null;
  /** Number of the record in its log, from 0; null where no single one is meant. */
  readonly record: number | null;
  readonly epoch: number | null;
  /** Bytes [from, to) of its file in which it lies; null where it has no place in a log. */
  readonly bytes: ByteRange | null;
  /** What was damaged or altered: "weights", "metrics", "link", ... */
  readonly field: string;
  /** One line for a person. */
  readonly message: string;
}

/** What the entry says about the end of a cell's chain. */
export type ChainEnd = Pick<EntryCell, 'id' | 'lastEpoch' | 'lastLink'>;

const rememberedLosses = 50;

/** Checks the records of one cell as they go by: `visit` every good payload in order, then ask for the findings. */
export class ChainVerification {
  readonly #end: ChainEnd;
  readonly #findings: Finding[] = [];
  readonly #memory = new PlaneMemory();
  readonly #epochs: number[] = [];
  /** Those among them whose weights were given up. */
  readonly #thinned = new Map<number, string>();
  readonly #places = new Map<number, LogPosition>();
  #previousLink: string;
  /** The last snapshot's link as its content demands it, where that is not the link it has. */
  #demandedLink: string | null = null;
  #suspect: { readonly record: number; readonly epoch: number; readonly bytes: ByteRange | null } | null =
    null;
  /** Where the record lies that is being looked at. */
  #bytes: ByteRange | null = null;
  /** Loss of every recorded epoch, and which epoch it is of. */
  readonly #losses: number[] = [];
  readonly #lossEpochs: number[] = [];
  #reachedEnd: boolean;

  constructor(end: ChainEnd) {
    this.#end = end;
    this.#previousLink = firstLink(end.id);
    this.#reachedEnd = end.lastEpoch === null;
  }

  /** Where the snapshot of an epoch lies whose weights are kept. */
  placeOf(epoch: number): LogPosition | undefined {
    return this.#places.get(epoch);
  }

  /** Epochs of the snapshots seen so far. */
  get epochs(): readonly number[] {
    return this.#epochs;
  }

  /** Digests of the weights of thinned snapshots seen so far, by epoch. */
  get thinned(): ReadonlyMap<number, string> {
    return this.#thinned;
  }

  /** Checks one record, which lies at `position` of its log. */
  visit(payload: Uint8Array, position: LogPosition, record: number): void {
    this.#bytes = bytesOfFrame(position);
    try {
      const content = decodeRecord(payload, this.#memory);
      if (content.type === 'snapshot') {
        this.#places.set(content.snapshot.metrics.epoch, position);
        this.#checkSnapshot(content.snapshot, record);
      } else if (content.type === 'thinned') {
        this.#thinned.set(content.snapshot.metrics.epoch, content.snapshot.weightsDigest);
        this.#checkLinked(content.snapshot, record);
      } else if (content.type === 'state') this.#checkState(content.state, decodeRecordHead(payload), record);
      else if (content.type === 'preview') this.#add('type', record, null, 'a preview among the records');
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      this.#add('content', record, null, error.message);
    }
  }

  /** All findings, once the log is read to its end or to its `damage`. */
  finish(damage: LogDamage | null): Finding[] {
    this.#bytes = null;
    this.#settleSuspect(this.#end.lastLink === this.#previousLink);
    if (damage !== null) {
      const last = this.#epochs.at(-1);
      const place = last === undefined ? 'before the first snapshot' : `after epoch ${last}`;
      this.#bytes = { from: damage.offset, to: damage.end };
      this.#add('frame', damage.frame, null, `${damage.message}, ${place}; what follows cannot be read`);
      this.#bytes = null;
    }
    const [first, last] = [this.#epochs.at(0), this.#epochs.at(-1)];
    for (const epoch of new Set([first, last]))
      if (epoch !== undefined && this.#thinned.has(epoch))
        this.#add(
          'weights',
          null,
          epoch,
          'its weights are gone; the first and the last snapshot keep theirs',
        );
    if (!this.#reachedEnd) {
      const last = this.#epochs.at(-1);
      const reach = last === undefined ? 'hold no snapshot' : `end at epoch ${last}`;
      this.#add(
        'end',
        null,
        this.#end.lastEpoch,
        `the entry tells of epoch ${this.#end.lastEpoch}, but the records ${reach}`,
      );
    }
    return this.#findings;
  }

  #checkSnapshot(snapshot: Snapshot, record: number): void {
    const { metrics, keyFrame } = snapshot;
    const { epoch } = metrics;
    if (weightsDigest(snapshot.weights) !== snapshot.weightsDigest)
      this.#add('weights', record, epoch, 'the weights do not match their digest');
    this.#checkLinked(snapshot, record);
    if (keyFrame !== null) {
      if (stateDigest(keyFrame.state) !== metrics.stateDigest)
        this.#add('state', record, epoch, "the optimiser's state does not match its digest");
      this.#checkMonitor(keyFrame, this.#losses.slice(-rememberedLosses), record);
    }
  }

  /** What needs no weights: the place in the chain. */
  #checkLinked(snapshot: ThinnedSnapshot, record: number): void {
    const { metrics, link } = snapshot;
    const { epoch } = metrics;
    const last = this.#epochs.at(-1);
    if (last === undefined ? epoch !== 0 : epoch <= last)
      this.#add('epoch', record, epoch, `epoch ${epoch} after ${last ?? 'nothing'}`);
    this.#checkLink(snapshot, record);
    for (const trained of metrics.epochs) {
      this.#losses.push(trained.loss);
      this.#lossEpochs.push(trained.epoch);
    }
    this.#checkEnd(epoch, link, record);
    this.#epochs.push(epoch);
  }

  #checkLink({ metrics, link, weightsDigest: digest }: ThinnedSnapshot, record: number): void {
    const content = { epoch: metrics.epoch, weightsDigest: digest, metricsDigest: metricsDigest(metrics) };
    let demanded = chainLink(this.#previousLink, content);
    if (this.#demandedLink !== null) {
      // The snapshot before does not fit its link: whichever of the two this one continues was there first.
      const continuesDemanded = chainLink(this.#demandedLink, content) === link;
      this.#settleSuspect(!continuesDemanded);
      if (continuesDemanded) demanded = link;
    }
    if (demanded !== link) {
      this.#demandedLink = demanded;
      this.#suspect = { record, epoch: metrics.epoch, bytes: this.#bytes };
    }
    this.#previousLink = link;
  }

  /** Names what was altered in the last snapshot whose link does not fit. */
  #settleSuspect(linkIsOriginal: boolean): void {
    if (this.#suspect === null) return;
    const { record, epoch, bytes } = this.#suspect;
    const field = linkIsOriginal ? 'metrics' : 'link';
    const message = linkIsOriginal
      ? 'epoch, metrics or digest of the weights are not those that were linked'
      : 'the link is not the one that was written';
    this.#add(field, record, epoch, message, bytes);
    this.#suspect = null;
    this.#demandedLink = null;
  }

  #checkState(resume: ResumeState, head: RecordHead, record: number): void {
    const { state } = resume;
    if (head.type !== 'state') return;
    if (weightsDigest(state.parameters) !== head.weightsDigest)
      this.#add('weights', record, state.epoch, 'the weights do not match their digest');
    if (stateDigest(state) !== head.stateDigest)
      this.#add('state', record, state.epoch, "the optimiser's state does not match its digest");
    this.#checkMonitor(resume, this.#lossesBefore(resume), record);
  }

  /**
   * What a state has to remember: the losses before its pending epochs, which begin after the last snapshot. A run that
   * was stopped while it trained again towards that snapshot has none, and remembers those up to its own epoch.
   */
  #lossesBefore({ state, pendingEpochs }: ResumeState): readonly number[] {
    const end = pendingEpochs.length > 0 ? Infinity : state.epoch;
    let count = this.#losses.length;
    while (count > 0 && (this.#lossEpochs[count - 1] ?? 0) > end) count--;
    return this.#losses.slice(Math.max(0, count - rememberedLosses), count);
  }

  #checkMonitor({ state, monitor }: ResumeState, losses: readonly number[], record: number): void {
    const { recentLosses } = monitor;
    const agree =
      recentLosses.length === losses.length &&
      recentLosses.every((loss, index) => Object.is(loss, losses[index]));
    if (!agree)
      this.#add(
        'recent losses',
        record,
        state.epoch,
        'the remembered losses are not those of the epochs before',
      );
  }

  #checkEnd(epoch: number, link: string, record: number): void {
    const { lastEpoch, lastLink } = this.#end;
    if (epoch !== lastEpoch) return;
    this.#reachedEnd = true;
    if (link !== lastLink) this.#add('link', record, epoch, 'the link is not the one that the entry names');
  }

  #add(
    field: string,
    record: number | null,
    epoch: number | null,
    message: string,
    bytes: ByteRange | null = this.#bytes,
  ): void {
    this.#findings.push({ part: 'records', cell: this.#end.id, record, epoch, bytes, field, message });
  }
}
