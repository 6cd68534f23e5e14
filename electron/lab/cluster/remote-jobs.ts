/** Jobs of other machines: one connection a place, open while somebody looks, opened again after growing waits where it goes. */
import type { RemotePlace } from '../../contract/cluster.ts';
import { jobsIn, maxJobsLine, remoteWords, type ToldJob } from '../../job-systems/remote-lab.ts';
import type { ProgramFollow } from '../../job-systems/program-run.ts';

/** What is known of a place. */
export interface RemoteState {
  readonly jobs: readonly ToldJob[];
  /** When they were told, ms; null where they never were. */
  readonly asOfMs: number | null;
  /** Why nothing is told now, in words; null where nothing is wrong. */
  readonly trouble: string | null;
  /** When it is tried again, ms; null while there is a connection, or one is being made. */
  readonly retryAtMs: number | null;
}

/** Waits between two tries, the first and the longest; and before all jobs that have ended are asked after again. */
const [firstWaitMs, longestWaitMs, restMs] = [5_000, 300_000, 60_000];
/** Nobody looks any more where nobody has asked for so long. */
const idleMs = 60_000;

/** Connections to places. */
export class RemoteJobs {
  readonly #follow: ProgramFollow;
  readonly #channels = new Map<string, Channel>();

  constructor(follow: ProgramFollow) {
    this.#follow = follow;
  }

  /** What is known of a place; a connection is made where there is none. */
  look(place: RemotePlace): RemoteState {
    const key = JSON.stringify([place.host, place.program, place.notebook]);
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = new Channel(place, this.#follow, () => this.#channels.delete(key));
      this.#channels.set(key, channel);
    }
    return channel.look();
  }

  /** Ends all connections. */
  close(): void {
    for (const channel of [...this.#channels.values()]) channel.end();
  }
}

class Channel {
  readonly #place: RemotePlace;
  readonly #follow: ProgramFollow;
  readonly #onEnd: () => void;
  #state: RemoteState = { jobs: [], asOfMs: null, trouble: null, retryAtMs: null };
  #stop: (() => void) | null = null;
  #waitMs = firstWaitMs;
  #retry: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(place: RemotePlace, follow: ProgramFollow, onEnd: () => void) {
    this.#place = place;
    this.#follow = follow;
    this.#onEnd = onEnd;
    this.#connect();
  }

  look(): RemoteState {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.end(), idleMs);
    this.#idle.unref();
    return this.#state;
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#idle);
    this.#stop?.();
    this.#onEnd();
  }

  #connect(): void {
    this.#state = { ...this.#state, retryAtMs: null };
    this.#stop = this.#follow('ssh', remoteWords(this.#place, ['jobs', '--watch', '--json']), {
      longestLine: maxJobsLine,
      onLine: (line) => this.#hear(line),
      onEnd: (code, words) => this.#lose(code, words),
    });
  }

  #hear(line: string): void {
    const jobs = jobsIn(line);
    if (jobs === null) return;
    this.#waitMs = firstWaitMs;
    this.#state = { jobs, asOfMs: Date.now(), trouble: null, retryAtMs: null };
  }

  #lose(code: number | null, words: string): void {
    this.#stop = null;
    if (this.#hasEnded) return;
    // It ends in order when all jobs have ended; others may be handed in.
    const isOver = code === 0 && this.#state.asOfMs !== null;
    const waitMs = isOver ? restMs : this.#waitMs;
    if (!isOver) this.#waitMs = Math.min(2 * this.#waitMs, longestWaitMs);
    const trouble = isOver ? null : `No connection to ${this.#place.host}: ${words}`;
    this.#state = { ...this.#state, trouble, retryAtMs: Date.now() + waitMs };
    this.#retry = setTimeout(() => this.#connect(), waitMs);
    this.#retry.unref();
  }
}
