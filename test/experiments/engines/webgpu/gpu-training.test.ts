import { beforeAll, expect, it } from 'vitest';
import { unitView, type Engine, type TrainerRequest } from '../../../../experiments/engines/engine.ts';
import { GpuContext } from '../../../../experiments/engines/webgpu/gpu-context.ts';
import { createWebgpuEngine } from '../../../../experiments/engines/webgpu/webgpu-engine.ts';
import { WebgpuTraining } from '../../../../experiments/engines/webgpu/webgpu-training.ts';
import { randomNetwork, randomPoints, relativeDistance } from '../random-networks.ts';
import { wasmEngine } from '../test-engines.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';
import { optimizerNames } from '../../../../experiments/engines/optimizers.ts';
import { expectClose, losses, optimizer, phasesOf, request, train } from './gpu-training-cases.ts';

let wasm: Engine;
beforeAll(async () => {
  wasm = await wasmEngine('strict');
});

describeGpu('training on the GPU', () => {
  const gpu = useTestGpu();
  const training = (): WebgpuTraining => new WebgpuTraining(gpu().context);

  it.each([64, 16])('follows the CPU through every optimiser, in batches of %i', async (batchSize) => {
    const phases = optimizerNames.map((name, index) => ({
      fromEpoch: 3 * index,
      optimizer: optimizer(name),
    }));
    const settings = { phases, batchSize, loss: losses[batchSize % 3] };
    const expected = await train(wasm, request({ settings }), 15);
    expectClose(await train(training(), request({ settings }), 15), expected);
  });

  it.each(losses)('has the gradient of the CPU, narrow and wide, %s', async (loss) => {
    for (const hidden of [
      [9, 17, 5],
      [4, 300, 7],
    ]) {
      const network = randomNetwork({ hidden, outputs: 2 }, 3);
      for (const points of [1, 64, 129]) {
        const data = randomPoints(points, 2, points);
        const expected = await wasm.lossGradient(network, data, loss);
        const actual = await training().lossGradient(network, data, loss);
        expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThan(1e-5);
        expect(relativeDistance(actual.gradient, expected.gradient)).toBeLessThan(1e-5);
      }
    }
  });

  it('goes on from a state bit for bit, and gives the same bits twice', async () => {
    const whole = await train(training(), request(), 9);
    expect(await train(training(), request(), 9)).toEqual(whole);
    const half = await train(training(), request(), 4);
    const rest = await train(training(), request({ start: half.state }), 5);
    expect(rest).toEqual({ ...whole, metrics: whole.metrics.slice(4) });
  });

  it('gives each cell of a batch exactly what it gets alone', async () => {
    const cells = optimizerNames.map((name, index) => {
      const settings = {
        loss: losses[index % 2],
        phases: phasesOf(name, { learningRate: 1e-3 * (1 + index) }),
        batchSize: 40 + index,
        seed: index,
      };
      const start = {
        epoch: 0,
        step: 0,
        phaseStep: 0,
        parameters: randomNetwork({ hidden: [9, 17, 5], outputs: 2 }, 10 + index).parameters,
        moments: [],
      };
      return { ...request({ settings, start, points: [312, 63, 1, 100, 129][index] }), slope: 0.05 * index };
    });
    const alone = [];
    for (const cell of cells) alone.push(await train(training(), cell, 6));
    const shared = training();
    const trainers = await Promise.all(cells.map((cell) => shared.createTrainer(cell)));
    const runs = await Promise.all(trainers.map((trainer) => trainer.runEpochs(3)));
    // Another one joins, one leaves: places move, weights do not.
    const late = await shared.createTrainer(cells[0]);
    trainers[1].dispose();
    const rests = await Promise.all([0, 2, 3, 4].map((index) => trainers[index].runEpochs(3)));
    const lateMetrics = await late.runEpochs(6);
    for (const [at, index] of [0, 2, 3, 4].entries()) {
      expect([...runs[index], ...rests[at]]).toEqual(alone[index].metrics);
      expect(await trainers[index].state()).toEqual(alone[index].state);
      expect(await trainers[index].layerGradientNorms()).toEqual(alone[index].norms);
    }
    expect(lateMetrics).toEqual(alone[0].metrics);
    expect(await late.state()).toEqual(alone[0].state);
    [...trainers, late].forEach((trainer) => trainer.dispose());
  });

  it('leaves moments of dead neurons at zero', async () => {
    const phases = phasesOf('adam', { weightDecay: 0 });
    const good = request({ settings: { phases } });
    const count = good.start.parameters.length;
    const parameters = new Float32Array(count).fill(-1);
    const moments = [0, 1].map(() => new Float32Array(count).fill(8e-37));
    const start = { epoch: 4, step: 12, phaseStep: 12, parameters, moments };
    const { state } = await train(training(), { ...good, slope: 0, start }, 10);
    expect(state.moments.map((moment) => moment.subarray(0, count - 2).some((value) => value !== 0))).toEqual(
      [false, false],
    );
  });

  it.each([0, 0.01])('ends after the epoch whose loss is not finite, slope %f', async (slope) => {
    const settings = { phases: phasesOf('sgd', { learningRate: 1e6 }) };
    const shared = training();
    const trainer = await shared.createTrainer({ ...request({ settings }), slope });
    const neighbour = await shared.createTrainer(request());
    const [metrics, others] = await Promise.all([trainer.runEpochs(50), neighbour.runEpochs(50)]);
    expect(metrics.length).toBeLessThan(50);
    expect(metrics.slice(0, -1).every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect(Number.isFinite(metrics.at(-1)?.loss)).toBe(false);
    expect(trainer.epoch).toBe(metrics.length);
    expect(trainer.step).toBe(5 * metrics.length);
    expect((await trainer.state()).epoch).toBe(metrics.length);
    const again = await trainer.runEpochs(5);
    expect(again).toHaveLength(1);
    expect(others).toEqual((await train(training(), request(), 50)).metrics);
    trainer.dispose();
    neighbour.dispose();
  });

  it('learns nothing after the epoch whose loss is not finite', async () => {
    // The loss overflows, the parameters do not; several epochs of one step each go into a section.
    const settings = { phases: phasesOf('sgd', { learningRate: 1e-20 }) };
    const good = request({ settings, points: 16 });
    const labels = good.data.labels.map((label, index) => (index === 3 ? 1e20 : label));
    const overflowing = { ...good, data: { ...good.data, labels } };
    const once = await train(training(), overflowing, 1);
    expect(once.state.parameters.every(Number.isFinite)).toBe(true);
    expect(once.metrics[0].loss).toBe(Infinity);
    expect(relativeDistance(once.state.parameters, good.start.parameters)).toBeGreaterThan(1e-3);
    expect(await train(training(), overflowing, 20)).toEqual(once);
  });

  it('notices what is not a number, whatever the slope', async () => {
    for (const slope of [0, 0.01]) {
      const { start } = request();
      const parameters = start.parameters.slice();
      parameters[30] = NaN;
      const trainer = await training().createTrainer({
        ...request({ start: { ...start, parameters } }),
        slope,
      });
      expect(await trainer.runEpochs(5)).toHaveLength(1);
      const words = new Uint32Array((await trainer.state()).parameters.buffer);
      expect(new Set(words.filter((word) => (word & 0x7fffffff) > 0x7f800000))).toEqual(
        new Set([0x7fc00000]),
      );
      trainer.dispose();
    }
  });

  it('ends at the end of an epoch when it is told to', async () => {
    const trainer = await training().createTrainer(request());
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    const metrics = await trainer.runEpochs(1_000_000, abort.signal);
    expect(metrics.length).toBeLessThan(1_000_000);
    expect(metrics.at(-1)?.epoch).toBe(trainer.epoch);
    expect((await trainer.state()).epoch).toBe(trainer.epoch);
    expect(await trainer.runEpochs(5, abort.signal)).toEqual([]);
    trainer.dispose();
  });

  it('has layer norms of zero and its own start before the first step', async () => {
    const trainer = await training().createTrainer(request());
    expect(await trainer.layerGradientNorms()).toEqual(new Float64Array(4));
    const { parameters, moments } = request().start;
    expect(await trainer.state()).toEqual({
      epoch: 0,
      step: 0,
      phaseStep: 0,
      parameters,
      moments: [0, 1].map(() => new Float32Array(parameters.length)),
    });
    expect(moments).toEqual([]);
    trainer.dispose();
    trainer.dispose();
    await expect(trainer.runEpochs(1)).rejects.toThrow('disposed');
    await expect(trainer.state()).rejects.toThrow('disposed');
  });

  it('refuses what it cannot train', async () => {
    const good = request();
    const bad: [string, TrainerRequest][] = [
      ['labels', { ...good, data: { ...good.data, labels: new Float32Array(3) } }],
      ['point', { ...good, data: { coordinates: new Float32Array(0), labels: new Float32Array(0) } }],
      ['batch size', request({ settings: { batchSize: 0 } })],
      ['slope', { ...good, slope: NaN }],
      ['neurons', { ...good, shape: { hidden: [0], outputs: 2 } }],
      ['parameters', { ...good, start: { ...good.start, parameters: new Float32Array(5) } }],
      ['phase', request({ settings: { phases: [{ fromEpoch: 3, optimizer: optimizer('adam') }] } })],
      ['moments', { ...good, start: { ...good.start, moments: [good.start.parameters] } }],
    ];
    for (const [reason, wrong] of bad) {
      await expect(training().createTrainer(wrong), reason).rejects.toThrow(reason);
    }
  });

  it('goes on on another device after the loss of one as if nothing had happened', async () => {
    const whole = await train(training(), request(), 8);
    const lost = await gpu().expendable();
    const trainer = await new WebgpuTraining(lost).createTrainer(request());
    await trainer.runEpochs(3);
    const key = await trainer.state();
    const rest = trainer.runEpochs(1_000_000);
    setTimeout(() => lost.device.destroy(), 30);
    await expect(rest).rejects.toThrow(/^Device lost/);
    await expect(trainer.runEpochs(1)).rejects.toThrow(/^Device lost/);
    await expect(trainer.state()).rejects.toThrow(/^Device lost/);
    const again = await train(new WebgpuTraining(await gpu().expendable()), request({ start: key }), 5);
    expect(again).toEqual({ ...whole, metrics: whole.metrics.slice(3) });
  });

  it('ends at an epoch with its true state however often it is told to, in mid-dispatch', async () => {
    const shared = training();
    const trainer = await shared.createTrainer(request());
    const metrics = [];
    for (let turn = 0; turn < 20; turn++) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), turn / 4);
      metrics.push(...(await trainer.runEpochs(1_000_000, abort.signal)));
    }
    const whole = await train(training(), request(), trainer.epoch);
    expect({ metrics, norms: await trainer.layerGradientNorms(), state: await trainer.state() }).toEqual(
      whole,
    );
    trainer.dispose();
  });

  it('lets cells wait for a place where there is no memory for another one', async () => {
    let isScarce = false;
    const shared = new WebgpuTraining(await gpu().scarce((label) => isScarce && label.includes('deltas')));
    const first = await shared.createTrainer(request());
    const metrics = await first.runEpochs(2);
    isScarce = true;
    const second = await shared.createTrainer(request());
    const waiting = second.runEpochs(4);
    metrics.push(...(await first.runEpochs(2)));
    const expected = await train(training(), request(), 4);
    expect({ metrics, norms: await first.layerGradientNorms(), state: await first.state() }).toEqual(
      expected,
    );
    first.dispose();
    expect(await waiting).toEqual(metrics);
    second.dispose();
  });

  it('asks the device for nothing while cells wait for a place; they stop when told to, and fail with it', async () => {
    let isScarce = false;
    const context = await gpu().scarce((label) => isScarce && label.includes('deltas'));
    const asked = countedQuestions(context);
    const shared = new WebgpuTraining(context);
    const first = await shared.createTrainer(request());
    await first.runEpochs(2);
    isScarce = true;
    const [second, third] = [await shared.createTrainer(request()), await shared.createTrainer(request())];
    const abort = new AbortController();
    const stopped = second.runEpochs(4, abort.signal);
    const failed = third.runEpochs(4).catch((error: unknown) => String(error));
    let before = -1;
    for (let look = 0; look < 20 && asked() !== before; look++) {
      before = asked();
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(asked()).toBe(before);
    abort.abort();
    expect(await stopped).toEqual([]);
    context.device.destroy();
    expect(await failed).toMatch(/Device lost/);
  });

  it('trains as many cells at once as there is memory for', async () => {
    let banks = 0;
    const context = await gpu().scarce((label) => label.includes('deltas') && ++banks <= 2);
    const shared = new WebgpuTraining(context);
    const expected = await train(training(), request(), 3);
    const all = await Promise.all([1, 2, 3, 4].map(() => train(shared, request(), 3)));
    expect(all).toEqual([expected, expected, expected, expected]);
    expect(banks).toBe(3);
  });

  it('ends a cell in one clear line where there is no memory for it alone; others of its shape come later', async () => {
    let isScarce = true;
    const shared = new WebgpuTraining(await gpu().scarce((label) => isScarce && label.includes('deltas')));
    const refused = await shared.createTrainer(request());
    await expect(refused.runEpochs(1)).rejects.toThrow(
      'Out of memory on the GPU: training bank: no memory is left',
    );
    isScarce = false;
    expect(await train(shared, request(), 2)).toEqual(await train(training(), request(), 2));
  });

  it('goes on beside frames for which there is no memory', async () => {
    const { device, clock } = await gpu().scarce((label) => label === 'frame/values');
    const engine = createWebgpuEngine(device, { clock, adapter: 'a scarce one' });
    const trainer = await engine.createTrainer(request());
    const running = trainer.runEpochs(30);
    const network = randomNetwork({ hidden: [5, 3], outputs: 1 }, 1);
    const frame = { network, view: unitView, width: 9, height: 9, planes: { hashes: true } };
    for (let round = 0; round < 5; round++) {
      await expect(engine.renderFrame(frame)).rejects.toThrow(
        'Out of memory on the GPU: frame: no memory is left',
      );
    }
    expect(await running).toEqual((await train(training(), request(), 30)).metrics);
    trainer.dispose();
  });

  it('fails to read one cell without harm to the others', async () => {
    let isScarce = false;
    const context = await gpu().scarce((label) => isScarce && label.endsWith('moments/read'));
    const shared = new WebgpuTraining(context);
    const [first, second] = [await shared.createTrainer(request()), await shared.createTrainer(request())];
    const running = second.runEpochs(4);
    await first.runEpochs(1);
    isScarce = true;
    await expect(first.state()).rejects.toThrow(/^Out of memory on the GPU: weights of a cell/);
    isScarce = false;
    expect(await running).toEqual((await train(training(), request(), 4)).metrics);
    expect(await first.state()).toEqual((await train(training(), request(), 1)).state);
  });
});

/** How often it was asked whether the device is done with what was submitted, by the context and those made from it. */
function countedQuestions(context: GpuContext): () => number {
  let count = 0;
  const { finished, apart } = {
    finished: () => GpuContext.prototype.finished.call(context),
    apart: () => GpuContext.prototype.apart.call(context),
  };
  context.finished = () => {
    count += 1;
    return finished();
  };
  context.apart = () => {
    const other = apart();
    other.finished = () => context.finished();
    return other;
  };
  return () => count;
}
