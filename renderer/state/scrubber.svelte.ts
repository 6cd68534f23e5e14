/** Time of an entry: one position for all cells, moved by hand, by keys, by playing, or by a sweep that runs. */
import type { CellTimeline } from '../../electron/contract/entries.ts';
import type { ScrubCommand } from '../model/keyboard.ts';
import { faster, FrameClock, slower, type Speed } from '../model/playback.ts';
import { latestAt, scrubPositions, translatedTime, type TimeAxis } from '../model/time-axis.ts';
import { nextEvent, type TimelineMark } from '../model/timeline-marks.ts';

/** What the scrubber goes over. */
export interface ScrubberSource {
  timelines(): readonly CellTimeline[];
  /** The cell by which moments are carried from one axis to another. */
  reference(): CellTimeline | undefined;
  marks(): readonly TimelineMark[];
  /** Whether everything in view shows the present moment: playing waits for it, so that no frame is dropped. */
  settled(): boolean;
}

/** One time for all cells: plays, jumps, follows training. */
export class Scrubber {
  axis = $state<TimeAxis>('epoch');
  time = $state(0);
  /** Whether time follows a running sweep. */
  isFollowing = $state(false);
  isPlaying = $state(false);
  speed = $state<Speed>(1);
  direction = 1;
  readonly #source: ScrubberSource;
  readonly #clock = new FrameClock();
  #animation = 0;

  /** Every moment at which any cell has a snapshot. */
  readonly positions: Float64Array = $derived.by(() => scrubPositions(this.#source.timelines(), this.axis));
  /** The last of them that is not after `time`; -1 without any. */
  readonly index: number = $derived(latestAt(this.positions, this.time));

  constructor(axis: TimeAxis, source: ScrubberSource) {
    this.#source = source;
    this.axis = axis;
  }

  get last(): number {
    return this.positions.at(-1) ?? 0;
  }

  /** Whether time lies between two snapshots. */
  get isBetween(): boolean {
    return this.index >= 0 && this.positions[this.index] !== this.time;
  }

  /** Where a freshly opened entry stands: at its last frame, following where cells run. */
  start(isRunning: boolean): void {
    this.time = this.last;
    this.isFollowing = isRunning;
  }

  /** New snapshots came. */
  grew(): void {
    if (this.isFollowing) this.#move(this.last);
  }

  /** Goes to a moment, kept within those that exist. */
  seek(time: number): void {
    this.isFollowing = false;
    this.#move(Math.min(this.last, Math.max(this.positions[0] ?? 0, time)));
  }

  /** Goes to the `index`-th moment, kept within those that exist. */
  seekIndex(index: number): void {
    const at = Math.min(this.positions.length - 1, Math.max(0, index));
    if (at >= 0) this.seek(this.positions[at]);
  }

  /** Shows the same moment on another axis. */
  changeAxis(axis: TimeAxis): void {
    const reference = this.#source.reference();
    const time = reference === undefined ? 0 : translatedTime(reference, this.axis, axis, this.time);
    const isFollowing = this.isFollowing;
    this.axis = axis;
    this.seek(time);
    this.isFollowing = isFollowing;
  }

  perform(command: ScrubCommand): void {
    switch (command) {
      case 'play':
        return this.isPlaying ? this.pause() : this.play();
      case 'back':
        return this.seekIndex(this.isBetween ? this.index : this.index - 1);
      case 'forward':
        return this.seekIndex(this.index + 1);
      case 'back-ten':
        return this.seekIndex(this.index - 10);
      case 'forward-ten':
        return this.seekIndex(this.index + 10);
      case 'back-epoch':
        return this.#stepEpoch(-1);
      case 'forward-epoch':
        return this.#stepEpoch(1);
      case 'last-event':
      case 'next-event':
        return this.#toEvent(command === 'last-event');
      case 'first':
        return this.seekIndex(0);
      case 'last':
        this.seekIndex(this.positions.length - 1);
        this.isFollowing = true;
        return;
      case 'slower':
        this.speed = slower(this.speed);
        return;
      case 'faster':
        this.speed = faster(this.speed);
        return;
    }
  }

  setSpeed(speed: number): void {
    this.speed = speed;
  }

  play(): void {
    if (this.positions.length < 2) return;
    const atEnd = this.speed > 0 && this.index >= this.positions.length - 1;
    const atStart = this.speed < 0 && this.index <= 0;
    if (atEnd) this.seekIndex(0);
    if (atStart) this.seekIndex(this.positions.length - 1);
    this.isPlaying = true;
    this.isFollowing = false;
    this.#clock.reset();
    const tick = (now: number): void => {
      if (!this.isPlaying) return;
      if (this.#source.settled()) this.#advance(this.#clock.due(now, this.speed));
      else this.#clock.reset();
      this.#animation = requestAnimationFrame(tick);
    };
    this.#animation = requestAnimationFrame(tick);
  }

  pause(): void {
    this.isPlaying = false;
    cancelAnimationFrame(this.#animation);
  }

  #advance(frames: number): void {
    if (frames === 0) return;
    const next = this.index + frames;
    if (next < 0 || next >= this.positions.length) return this.pause();
    this.#move(this.positions[next]);
  }

  #move(time: number): void {
    if (time !== this.time) this.direction = time < this.time ? -1 : 1;
    this.time = time;
  }

  /** One epoch of the epoch axis, also between snapshots; on other axes a snapshot. */
  #stepEpoch(step: 1 | -1): void {
    if (this.axis === 'epoch') this.seek(Math.floor(this.time) + step);
    else this.perform(step > 0 ? 'forward' : 'back');
  }

  #toEvent(backwards: boolean): void {
    const time = nextEvent(this.#source.marks(), this.time, backwards);
    if (time !== null) this.seek(time);
  }
}
