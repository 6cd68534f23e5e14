/** What the records of one cell say, without weights: built while scanning, extended with every append. */
import { EntryError } from '../../../experiments/records/entry-error.ts';
import {
  decodeRecordHead,
  type RecordHead,
  type TimedEvent,
} from '../../../experiments/records/record-codec.ts';
import type { LogPosition } from '../../../experiments/records/record-log.ts';
import { chainLink, firstLink, metricsDigest } from '../../../experiments/records/digests.ts';
import type { SnapshotMetrics } from '../../../experiments/records/measures.ts';

/** A snapshot as the index knows it. */
export interface SnapshotFacts {
  readonly epoch: number;
  readonly step: number;
  readonly samples: number;
  /** Training seconds so far. */
  readonly seconds: number;
  readonly keyFrame: boolean;
  /** Whether its weights and its preview were given up. */
  readonly isThinned: boolean;
  readonly metrics: SnapshotMetrics;
  readonly weightsDigest: string;
  readonly link: string;
  readonly position: LogPosition;
}

/** Where a state that training can go on from is stored. */
export interface StateFacts {
  readonly epoch: number;
  readonly position: LogPosition;
}

/** What an index knows. */
export interface StoredCellIndex {
  readonly snapshots: SnapshotFacts[];
  readonly states: StateFacts[];
  readonly events: TimedEvent[];
  readonly problems: string[];
}

/** What a cell's records say, without weights: snapshots, states and events by epoch. */
export class CellIndex {
  readonly snapshots: SnapshotFacts[] = [];
  private readonly states: StateFacts[] = [];
  readonly events: TimedEvent[] = [];
  /** Records that are whole but cannot be used, in words. */
  readonly problems: string[] = [];
  readonly #byEpoch = new Map<number, SnapshotFacts>();
  readonly #cellId: string;
  #kept: { readonly of: number; readonly epochs: readonly number[] } = { of: 0, epochs: [] };

  constructor(cellId: string) {
    this.#cellId = cellId;
  }

  /** Everything the index knows, as plain data. */
  stored(): StoredCellIndex {
    const { snapshots, states, events, problems } = this;
    return { snapshots, states, events, problems };
  }

  /** Takes over what `stored` of an index of the same cell returned. */
  restore({ snapshots, states, events, problems }: StoredCellIndex): void {
    this.snapshots.push(...snapshots);
    for (const facts of snapshots) this.#byEpoch.set(facts.epoch, facts);
    this.states.push(...states);
    this.events.push(...events);
    this.problems.push(...problems);
  }

  /** Link of the last snapshot, or the link before the first one. */
  get lastLink(): string {
    return this.snapshots.at(-1)?.link ?? firstLink(this.#cellId);
  }

  /** Epochs trained as far as the records know; 0 where there are none. */
  get lastEpoch(): number {
    return Math.max(this.snapshots.at(-1)?.epoch ?? 0, ...this.states.slice(-1).map(({ epoch }) => epoch));
  }

  /** Time of the last start or resumption, or null. */
  get lastStart(): string | null {
    const starts = this.events.filter(({ event }) => event.kind === 'started' || event.kind === 'resumed');
    return starts.at(-1)?.time ?? null;
  }

  /** States that training can go on from, of epochs up to `epoch`, latest first. */
  statesAtOrBefore(epoch: number): StateFacts[] {
    return this.states.filter((state) => state.epoch <= epoch).sort((a, b) => b.epoch - a.epoch);
  }

  /** The snapshot of exactly this epoch. */
  at(epoch: number): SnapshotFacts | undefined {
    return this.#byEpoch.get(epoch);
  }

  /** The last snapshot at or before this epoch whose weights are kept. */
  atOrBefore(epoch: number): SnapshotFacts | undefined {
    let [low, high] = [0, this.snapshots.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.snapshots[middle].epoch <= epoch) low = middle + 1;
      else high = middle;
    }
    while (this.snapshots.at(low - 1)?.isThinned === true && low > 0) low--;
    return low === 0 ? undefined : this.snapshots[low - 1];
  }

  /** Epochs of the snapshots whose weights are kept, ascending. */
  get keptEpochs(): readonly number[] {
    if (this.#kept.of !== this.snapshots.length) {
      const epochs = this.snapshots.flatMap(({ epoch, isThinned }) => (isThinned ? [] : [epoch]));
      this.#kept = { of: this.snapshots.length, epochs };
    }
    return this.#kept.epochs;
  }

  /** Whether `link` continues the chain with this snapshot. */
  continues(snapshot: {
    readonly metrics: SnapshotMetrics;
    readonly weightsDigest: string;
    readonly link: string;
  }): boolean {
    const { metrics, weightsDigest, link } = snapshot;
    return (
      link ===
      chainLink(this.lastLink, { epoch: metrics.epoch, weightsDigest, metricsDigest: metricsDigest(metrics) })
    );
  }

  /** Takes in one good frame. Records of unknown types are left alone; unusable ones become problems. */
  visit(payload: Uint8Array, position: LogPosition, frame: number): void {
    try {
      this.add(decodeRecordHead(payload), position, frame);
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      if (error.code !== 'unknown-type') this.problems.push(`record ${frame}: ${error.message}`);
    }
  }

  /** Takes in the head of a record that lies at `position`. */
  add(head: RecordHead, position: LogPosition, frame: number): void {
    if (head.type === 'event') this.events.push({ time: head.time, event: head.event });
    else if (head.type === 'state') this.states.push({ epoch: head.epoch, position });
    else if (head.type !== 'preview') this.#addSnapshot(head, position, frame);
    else this.problems.push(`record ${frame}: a preview among the records`);
  }

  #addSnapshot(
    head: Extract<RecordHead, { type: 'snapshot' | 'thinned' }>,
    position: LogPosition,
    frame: number,
  ): void {
    const { metrics, weightsDigest, link, seconds } = head;
    const isThinned = head.type === 'thinned';
    const keyFrame = !isThinned && head.keyFrame;
    const { epoch, step, samples } = metrics;
    if (epoch <= (this.snapshots.at(-1)?.epoch ?? -1)) {
      this.problems.push(`record ${frame}: epoch ${epoch} comes after a later one`);
      return;
    }
    const measured = { epoch, step, samples, seconds, metrics, weightsDigest, link };
    const facts = { ...measured, keyFrame, isThinned, position };
    this.snapshots.push(facts);
    this.#byEpoch.set(epoch, facts);
    if (keyFrame) this.states.push({ epoch, position });
  }
}
