/** Progress of a sweep on a terminal: one bar per running cell, one for all, with the time left. */
import { formatDuration, plainText } from './console-output.ts';

export interface CellProgress {
  readonly label: string;
  /** Goal in epochs. */
  readonly epochs: number;
  /** Epoch at which this run of the program began. */
  readonly startEpoch: number;
  /** Work of the whole cell in floating-point operations; only ratios matter. */
  readonly work: number;
  epoch: number;
  loss: number | null;
  state: 'waiting' | 'running' | 'ended';
  /** Seconds since the cell's start in this run of the program; stands still once it has ended. */
  seconds: number;
}

const barWidth = 20;

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}

/** Seconds left for the remaining work at the mean speed of a thread so far; null before anything is known. */
export function secondsLeft(cells: readonly CellProgress[], threads: number): number | null {
  let done = 0;
  let threadSeconds = 0;
  const remaining: number[] = [];
  for (const cell of cells) {
    const workPerEpoch = cell.work / Math.max(1, cell.epochs);
    done += workPerEpoch * (cell.epoch - cell.startEpoch);
    threadSeconds += cell.seconds;
    if (cell.state !== 'ended') remaining.push(workPerEpoch * (cell.epochs - cell.epoch));
  }
  if (done <= 0 || threadSeconds <= 0) return null;
  const longest = Math.max(0, ...remaining);
  const total = remaining.reduce((sum, work) => sum + work, 0);
  return (Math.max(longest, total / threads) * threadSeconds) / done;
}

/** Lines that show a sweep under way. */
export function progressLines(
  cells: readonly CellProgress[],
  threads: number,
  elapsedSeconds: number,
): string[] {
  const width = Math.max(...cells.map((cell) => cell.label.length), 5);
  const lines = cells
    .filter((cell) => cell.state === 'running')
    .map((cell) => {
      const rate = (cell.epoch - cell.startEpoch) / Math.max(1e-9, cell.seconds);
      const loss = cell.loss === null ? '' : `  loss ${cell.loss.toPrecision(3)}`;
      const speed = rate > 0 ? `  ${rate.toPrecision(3)} epochs/s` : '';
      return `${cell.label.padEnd(width)}  ${bar(cell.epoch / cell.epochs)}  ${cell.epoch}/${cell.epochs}${loss}${speed}`;
    });
  const work = cells.reduce((sum, cell) => sum + cell.work, 0);
  const done = cells.reduce((sum, cell) => sum + (cell.work * cell.epoch) / Math.max(1, cell.epochs), 0);
  const left = secondsLeft(cells, threads);
  const ended = cells.filter((cell) => cell.state === 'ended').length;
  const eta = left === null ? '' : `  about ${formatDuration(left)} left`;
  lines.push(
    `${'sweep'.padEnd(width)}  ${bar(work > 0 ? done / work : 0)}  ${ended}/${cells.length} cells  ${formatDuration(elapsedSeconds)}${eta}`,
  );
  return lines;
}

/** Draws progress on stderr: in place on a terminal, else one line about every ten seconds. Call `end` before other output. */
export class ProgressDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #clock: () => number;
  #drawn = 0;
  #last = -Infinity;

  constructor(stream: NodeJS.WriteStream, clock: () => number) {
    this.#stream = stream;
    this.#clock = clock;
  }

  update(lines: () => readonly string[]): void {
    const now = this.#clock();
    if (now - this.#last < (this.#stream.isTTY ? 0.2 : 10)) return;
    this.#last = now;
    this.#draw(lines());
  }

  end(lines?: readonly string[]): void {
    if (lines !== undefined && this.#stream.isTTY) this.#draw(lines);
    this.#drawn = 0;
  }

  #draw(lines: readonly string[]): void {
    if (!this.#stream.isTTY) {
      this.#stream.write(`${plainText(lines.join(' | '))}\n`);
      return;
    }
    const columns = this.#stream.columns || 80;
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : '';
    const body = lines.map((line) => `\x1b[2K${plainText(line).slice(0, columns - 1)}\n`).join('');
    this.#stream.write(`${up}\x1b[0J${body}`);
    this.#drawn = lines.length;
  }
}
