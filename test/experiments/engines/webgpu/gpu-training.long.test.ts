import { beforeAll, expect, it } from 'vitest';
import type { Engine, TrainerState } from '../../../../experiments/engines/engine.ts';
import { WebgpuTraining } from '../../../../experiments/engines/webgpu/webgpu-training.ts';
import { relativeDistance } from '../random-networks.ts';
import { wasmEngine } from '../test-engines.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';
import { optimizerNames } from '../../../../experiments/engines/optimizers.ts';
import { expectClose, losses, optimizer, phasesOf, request, train } from './gpu-training-cases.ts';

let wasm: Engine;
beforeAll(async () => {
  wasm = await wasmEngine('strict');
});

describeGpu('training on the GPU, at length', () => {
  const gpu = useTestGpu();
  const training = (): WebgpuTraining => new WebgpuTraining(gpu().context);

  it.each(optimizerNames.flatMap((name) => losses.map((loss) => ({ name, loss }))))(
    '50 steps of $name on $loss follow the CPU',
    async ({ name, loss }) => {
      const trained = request({ settings: { loss, phases: phasesOf(name) } });
      const expected = await train(wasm, trained, 10);
      expect(expected.state.step).toBe(50);
      expect(relativeDistance(expected.state.parameters, trained.start.parameters)).toBeGreaterThan(0.01);
      expectClose(await train(training(), trained, 10), expected);
    },
  );

  it.each(optimizerNames)('goes on from a state of %s bit for bit', async (name) => {
    const settings = { phases: phasesOf(name) };
    const whole = await train(training(), request({ settings }), 9);
    const half = await train(training(), request({ settings }), 4);
    const rest = await train(training(), request({ settings, start: half.state }), 5);
    expect(rest).toEqual({ ...whole, metrics: whole.metrics.slice(4) });
    expect([...half.metrics, ...rest.metrics]).toEqual(whole.metrics);
  });

  it('switches optimisers as the CPU does, moments starting from zero', async () => {
    const phases = optimizerNames.map((name, index) => ({
      fromEpoch: 3 * index,
      optimizer: optimizer(name),
    }));
    for (const epochs of [3, 4, 15]) {
      const expected = await train(wasm, request({ settings: { phases } }), epochs);
      expectClose(await train(training(), request({ settings: { phases } }), epochs), expected);
    }
  });

  it('goes on across the beginning of a phase bit for bit', async () => {
    const phases = optimizerNames.map((name, index) => ({
      fromEpoch: 2 * index,
      optimizer: optimizer(name),
    }));
    const settings = { phases, schedule: { kind: 'cosine', epochs: 9, minimum: 1e-4 } as const };
    const whole = await train(training(), request({ settings }), 10);
    let start: TrainerState | undefined;
    for (let epoch = 0; epoch < 10; epoch++) {
      ({ state: start } = await train(
        training(),
        request({ settings, ...(start === undefined ? {} : { start }) }),
        1,
      ));
    }
    expect(start).toEqual(whole.state);
  });

  it.each([
    { kind: 'cosine' as const, epochs: 8, minimum: 1e-4 },
    { kind: 'step' as const, every: 3, factor: 0.5 },
  ])('follows the CPU through a $kind schedule', async (schedule) => {
    const expected = await train(wasm, request({ settings: { schedule } }), 10);
    expectClose(await train(training(), request({ settings: { schedule } }), 10), expected);
  });

  it.each([1, 63, 64, 65, 1000])('follows the CPU in batches of %i', async (batchSize) => {
    const expected = await train(wasm, request({ settings: { batchSize }, points: 130 }), 2);
    expectClose(await train(training(), request({ settings: { batchSize }, points: 130 }), 2), expected);
  });

  it('gives the same bits twice', async () => {
    const first = await train(training(), request({ points: 300 }), 3);
    expect(await train(training(), request({ points: 300 }), 3)).toEqual(first);
  });

  it.each([
    { hidden: Array<number>(30).fill(30), points: 1250, batchSize: 1024, epochs: 3 },
    { hidden: Array<number>(20).fill(100), points: 300, batchSize: 256, epochs: 2 },
    { hidden: [300, 270], points: 200, batchSize: 150, epochs: 3 },
    { hidden: [4], points: 9000, batchSize: 9000, epochs: 2 },
  ])(
    'of $hidden.length layers in batches of $batchSize follows the CPU, and gives the same bits twice',
    async (c) => {
      const { hidden, points, batchSize, epochs } = c;
      const trained = request({ hidden, points, settings: { batchSize } });
      const actual = await train(training(), trained, epochs);
      // Deep networks differ sooner: a step of Adam takes the sign of gradients near zero. The CPU's strict and relaxed
      // kernels are 1e-4 apart here.
      const limit = hidden.length === 20 ? 2e-4 : undefined;
      expectClose(actual, await train(wasm, trained, epochs), limit);
      expect(await train(training(), trained, epochs)).toEqual(actual);
    },
  );

  it.each([{ hidden: Array<number>(30).fill(30) }, { hidden: [270, 40] }])(
    'gives eight cells of a sweep exactly what each gets alone, $hidden',
    async ({ hidden }) => {
      const cells = [1, 64, 312, 500, 65, 63, 129, 250].map((points, seed) =>
        request({ hidden, points, settings: { batchSize: 250, seed } }),
      );
      const alone = [];
      for (const cell of cells) alone.push(await train(training(), cell, 2));
      const shared = training();
      expect(await Promise.all(cells.map((cell) => train(shared, cell, 2)))).toEqual(alone);
    },
  );
});
