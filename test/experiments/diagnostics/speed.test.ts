import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  frameFlops,
  frameTask,
  measureSpeeds,
  fastest,
  peakTasks,
  trainingStepFlops,
  trainingTask,
  type SpeedTask,
} from '../../../experiments/diagnostics/speed.ts';
import { createWasmEngine } from '../../../experiments/engines/wasm/wasm-engine.ts';

const ring = { hidden: Array<number>(30).fill(30), outputs: 1 };

/** A task that takes the given milliseconds in turn, by a clock of its own. */
function scriptedTask(
  label: string,
  durations: readonly number[],
  time: { now: number },
  log: string[],
): SpeedTask {
  let runs = 0;
  return {
    label,
    flops: 6e6,
    repetitions: 2,
    run: async () => {
      log.push(label);
      time.now += durations[runs++ % durations.length] ?? 0;
    },
    dispose: () => undefined,
  };
}

describe('measureSpeeds', () => {
  it('takes the best of the counted rounds, of one repetition', async () => {
    const time = { now: 0 };
    const log: string[] = [];
    const tasks = [
      scriptedTask('a', [1, 8, 6, 7], time, log),
      scriptedTask('b', [40, 40, 60, 20], time, log),
    ];
    const speeds = await measureSpeeds(tasks, () => time.now, 3, 1);
    expect(speeds).toEqual([
      { label: 'a', milliseconds: 3, gigaflops: 2 },
      { label: 'b', milliseconds: 10, gigaflops: 0.6 },
    ]);
    expect(log.join('')).toBe('abababab');
  });
});

describe('the turn of a task', () => {
  it('lasts until its time is over, and each run is timed by itself', async () => {
    const time = { now: 0 };
    const log: string[] = [];
    const tasks = [scriptedTask('a', [4, 2, 6, 8], time, log), scriptedTask('b', [40], time, log)];
    const speeds = await measureSpeeds(tasks, () => time.now, 2, 0, 10);
    expect(log.join('')).toBe('aaabaab');
    expect(speeds.map(({ milliseconds }) => milliseconds)).toEqual([1, 20]);
  });
});

describe('operations', () => {
  it('are two for each weight and sample, thrice in training but for the deltas of the inputs', () => {
    const weights = 2 * 30 + 29 * 900 + 30;
    expect(frameFlops(ring, 100)).toBe(2 * 100 * weights);
    expect(trainingStepFlops(ring, 1024)).toBe(2 * 1024 * (3 * weights - 60));
  });
});

describe('tasks', () => {
  it('run on the kernels', async () => {
    const module = await WebAssembly.compile(readFileSync('dist/kernels/strict.wasm'));
    const engine = await createWasmEngine(module, 'strict');
    const shape = { hidden: [8, 8], outputs: 1 };
    const training = await trainingTask(engine, shape, 64, 100);
    const tasks = [
      ...(await peakTasks(module, 'separate')),
      ...(await peakTasks(module, 'fused')),
      training,
      frameTask(engine, shape, 20),
    ];
    let time = 0;
    const speeds = await measureSpeeds(tasks, () => time++, 1, 0);
    expect(speeds.every(({ gigaflops }) => gigaflops > 0)).toBe(true);
    expect(fastest(speeds).gigaflops).toBe(Math.max(...speeds.map(({ gigaflops }) => gigaflops)));
    expect(training.repetitions * training.flops).toBeGreaterThanOrEqual(1e8);
    tasks.forEach((task) => task.dispose());
    await expect(training.run()).rejects.toThrow('disposed');
  });
});
