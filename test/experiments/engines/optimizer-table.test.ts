/** A table with another optimiser and without one of those there are: its readers know what it knows. */
import { expect, it, vi } from 'vitest';
import type * as Table from '../../../experiments/engines/optimizers.ts';

vi.mock('../../../experiments/engines/optimizers.ts', async (original) => {
  const real = await original<typeof Table>();
  const { rmsprop, ...rest } = real.optimizers;
  const planted = { ...rmsprop, title: 'Planted', rule: 5, moments: 2 } as const;
  const optimizers = { ...rest, planted };
  return { ...real, optimizers, optimizerNames: Object.keys(optimizers) };
});

const { optimizers, optimizerNames } = await import('../../../experiments/engines/optimizers.ts');
const { checkRequest } = await import('../../../experiments/engines/training-request.ts');
const { firstStoredEntry } = await import('../../../experiments/entries/entry-schema.ts');
const { cellCost } = await import('../../../experiments/sweeps/cost-model.ts');
const { parseSweep } = await import('../../../experiments/sweeps/sweep.ts');
const { trainingText } = await import('../../../experiments/text/training-text.ts');
const { entryCellFrom } = await import('../../../experiments/entries/entry-json.ts');
const { sampleCell } = await import('../records/sample-records.ts');

/** A cell that is trained by an optimiser of the planted table. */
function cellOf(name: string) {
  const cell = sampleCell();
  const [phase] = cell.config.training.phases;
  const optimizer = { ...phase!.optimizer, name: name as Table.OptimizerName };
  const training = { ...cell.config.training, phases: [{ fromEpoch: 0, optimizer }] };
  return { ...cell, config: { ...cell.config, training } };
}

const parsedSweep = (name: string) => () =>
  parseSweep(
    `name: t\ntarget: ring\nepochs: 1\nparameters: { shape: '[5]', points: 8 }\ntraining: { optimizer: ${name} }`,
  );

it('is planted', () => {
  expect(optimizerNames).toEqual(['adam', 'adamw', 'sgd', 'momentum', 'planted']);
});

it('decides what sweep files may name', () => {
  expect(parsedSweep('planted')).not.toThrow();
  expect(parsedSweep('rmsprop')).toThrow(
    'training.optimizer: must be one of adam, adamw, sgd, momentum, planted',
  );
});

it('decides what entries may hold', () => {
  const read = (name: string) =>
    firstStoredEntry.shape.cells.safeParse([JSON.parse(JSON.stringify(entryCellFrom(cellOf(name))))]).success;
  expect([read('planted'), read('adam'), read('rmsprop')]).toEqual([true, true, false]);
});

it('has the words of figures', () => {
  expect(trainingText([cellOf('planted').config])).toMatch(/^Planted, /);
});

it('counts the moments that a state is to have, and what they take on the disk', () => {
  const { config } = cellOf('planted');
  const moments = (count: number) => Array.from({ length: count }, () => new Float32Array(3));
  const request = (count: number): Parameters<typeof checkRequest>[0] => ({
    shape: { hidden: [], outputs: 1 },
    slope: 0.01,
    data: { coordinates: new Float32Array(2), labels: new Float32Array(1) },
    settings: config.training,
    start: { epoch: 1, step: 1, phaseStep: 1, parameters: new Float32Array(3), moments: moments(count) },
  });
  expect(() => checkRequest(request(2))).not.toThrow();
  expect(() => checkRequest(request(1))).toThrow('planted keeps 2 moments, but the state has 1.');
  const settings = {
    policy: { kind: 'every', epochs: 1 },
    keyFrameEvery: 1,
    previewSize: 8,
    truthStride: 4,
  } as const;
  const bytes = (name: string) =>
    cellCost(cellOf(name), settings, { digest: '', width: 64, height: 64, channels: 1 }).bytesPerSnapshot;
  expect(bytes('planted')).toBe(bytes('adam'));
  expect(bytes('planted')).toBeGreaterThan(bytes('momentum'));
  expect(optimizers).toHaveProperty('planted');
});
