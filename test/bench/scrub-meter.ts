/** Meters that run in the page. They watch the canvases themselves, so the app needs nothing for being measured. */

export interface ScrubTimes {
  /** From the key press to the frame in which every canvas was drawn anew and handed over, in milliseconds. */
  readonly drawn: number[];
  /** From the key press to the frame on the screen, in milliseconds. */
  readonly presented: number[];
  /** Steps of which a canvas had to wait for its preview: it was not drawn in the first frame. */
  readonly waited: number;
  /** Durations of tasks above 50 ms. */
  readonly longTasks: number[];
}

interface Meter {
  /** Resolves when the step that was awaited is done, so that nothing polls while steps are measured. */
  done: Promise<void>;
  /** To be called before a key press. */
  awaitStep(): void;
  /** Takes the browser's own account of every press, which ends with the first frame after it. */
  stop(traced: readonly number[]): ScrubTimes;
}

declare global {
  interface Window {
    longTasks: number[];
    scrubMeter: Meter;
    /** Last drawing of each canvas, as a running number over all canvases. */
    drawings: Map<HTMLCanvasElement, number>;
    drawingCount: number;
  }
}

/** Before anything else in the page: counts tasks above 50 ms and drawings on canvases. */
export function installMeters(): void {
  window.longTasks = [];
  window.drawings = new Map();
  window.drawingCount = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ entryTypes: ['longtask'] });
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = new Proxy(putImageData, {
    apply(put, context: CanvasRenderingContext2D, args) {
      window.drawings.set(context.canvas, ++window.drawingCount);
      Reflect.apply(put, context, args);
    },
  });
}

/** Meters every press of the right arrow from now on. */
export function installScrubMeter(): void {
  const drawn: number[] = [];
  const starts: number[] = [];
  /** Where a step needed more than one frame, when the frame after its last one began. */
  const late = new Map<number, number>();
  let stepDone = (): void => undefined;
  const tasksBefore = window.longTasks.length;
  const canvases = [...document.querySelectorAll<HTMLCanvasElement>('[role="gridcell"] canvas')];
  const frameDone = (): Promise<void> =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      requestAnimationFrame(() => port2.postMessage(null));
    });
  const measure = async (start: number): Promise<void> => {
    const before = window.drawingCount;
    const isDrawn = (): boolean => canvases.every((canvas) => (window.drawings.get(canvas) ?? 0) > before);
    await frameDone();
    const isAtOnce = isDrawn();
    while (!isDrawn() && performance.now() - start < 5000) await frameDone();
    drawn.push(performance.now() - start);
    starts.push(start);
    if (!isAtOnce) {
      await new Promise(requestAnimationFrame);
      late.set(start, performance.now() - start);
    }
    stepDone();
  };
  const pressed = ({ key, timeStamp }: KeyboardEvent): void => {
    if (key !== 'ArrowRight') return;
    void measure(timeStamp);
  };
  window.addEventListener('keydown', pressed, true);
  window.scrubMeter = {
    done: Promise.resolve(),
    awaitStep() {
      this.done = new Promise((resolve) => (stepDone = resolve));
    },
    stop(traced) {
      window.removeEventListener('keydown', pressed, true);
      const presented = traced.map((latency, step) => late.get(starts[step] ?? NaN) ?? latency);
      return { drawn, presented, waited: late.size, longTasks: window.longTasks.slice(tasksBefore) };
    },
  };
}
