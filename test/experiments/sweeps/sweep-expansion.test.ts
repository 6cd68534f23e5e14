import { describe, expect, it } from 'vitest';
import type { CellConfig } from '../../../experiments/sweeps/cell.ts';
import { canonicalJson } from '../../../experiments/records/canonical-json.ts';
import { cellId } from '../../../experiments/sweeps/cell-identity.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { expandSweep } from '../../../experiments/sweeps/sweep-expansion.ts';
import { cellsOf, ringSweep, ringTarget, sweepText } from './sweep-files.ts';

const small = '{ shape: "[3]", points: 10 }';
const configOf = (parameters: string, rest = '') => cellsOf(sweepText(parameters, rest))[0].config;

describe('expandSweep', () => {
  it('makes a cell of every combination, the first axis slowest', () => {
    const cells = cellsOf(ringSweep);
    expect(cells.map(({ axes }) => `${axes.points}/${axes.seed}`)).toEqual(
      [5000, 2500, 1250, 625, 312].flatMap((points) => [1, 2, 3].map((seed) => `${points}/${seed}`)),
    );
    expect(Object.keys(cells[0].axes)).toEqual(['shape', 'points', 'seed']);
    expect(cells.every(({ epochs }) => epochs === 6000)).toBe(true);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(15);
  });

  it('resolves everything that affects a cell', () => {
    const [{ config, label }] = cellsOf(ringSweep);
    expect(label).toBe('[30]*30, 5000 points, seed 1');
    expect(config).toEqual({
      numerics: 'portable-1',
      determinism: 'portable',
      target: ringTarget.digest,
      data: { points: 5000, validation: 1000, labelNoise: 0, randomLabels: false },
      network: { hidden: new Array(30).fill(30), outputs: 1, slope: 0.01, initialization: 'he-normal' },
      training: {
        loss: 'mse',
        batchSize: 1024,
        phases: [
          {
            fromEpoch: 0,
            optimizer: {
              name: 'adam',
              learningRate: 0.001,
              beta1: 0.9,
              beta2: 0.999,
              epsilon: 1e-8,
              momentum: 0.9,
              alpha: 0.99,
              weightDecay: 0,
            },
          },
        ],
        schedule: { kind: 'constant' },
        seed: 1,
      },
      earlyStop: null,
      seed: 1,
    });
  });

  it.each([
    ['learning_rate: [0.5]', (config: CellConfig) => config.training.phases[0].optimizer.learningRate, 0.5],
    ['optimizer: [sgd]', (config: CellConfig) => config.training.phases[0].optimizer.name, 'sgd'],
    ['weight_decay: [0.5]', (config: CellConfig) => config.training.phases[0].optimizer.weightDecay, 0.5],
    ['batch_size: [5]', (config: CellConfig) => config.training.batchSize, 5],
    ['loss: [bce]', (config: CellConfig) => config.training.loss, 'bce'],
    ['initialization: [pytorch]', (config: CellConfig) => config.network.initialization, 'pytorch'],
    ['slope: [0]', (config: CellConfig) => config.network.slope, 0],
    ['label_noise: [0.5]', (config: CellConfig) => config.data.labelNoise, 0.5],
    ['random_labels: [true]', (config: CellConfig) => config.data.randomLabels, true],
    ['seed: [9]', (config: CellConfig) => config.seed + config.training.seed, 18],
  ])('puts the axis %s where it belongs', (axis, read, value) => {
    const [cell] = cellsOf(sweepText(`{ shape: "[3]", points: 10, ${axis} }`));
    expect(read(cell.config)).toBe(value);
    expect(Object.keys(cell.axes)).toContain(axis.split(':')[0]);
  });

  it('takes settings outside of the axes', () => {
    const rest = 'slope: 0.2\ninitialization: pytorch\nvalidation: 7\nlabel_noise: 0.1\nrandom_labels: true';
    const { network, data } = configOf(small, rest);
    expect(network).toMatchObject({ slope: 0.2, initialization: 'pytorch' });
    expect(data).toEqual({ points: 10, validation: 7, labelNoise: 0.1, randomLabels: true });
  });

  it('reaches parameter counts at a fixed depth or width and shows the count that was reached', () => {
    const byDepth = cellsOf(sweepText('{ parameters: { values: [27000, 500], depth: 30 }, points: 10 }'));
    expect(byDepth.map(({ axes }) => axes.parameters)).toEqual([27_091, 597]);
    expect(byDepth[0].label).toBe('[30]*30, 10 points, seed 1');
    const byWidth = cellsOf(sweepText('{ parameters: { values: [190000], width: 100 }, points: 10 }'));
    expect(byWidth[0].axes.parameters).toBe(192_301);
  });

  it('lists equal cells once', () => {
    expect(
      cellsOf(sweepText('{ parameters: { values: [27000, 27100], depth: 30 }, points: 10 }')),
    ).toHaveLength(1);
    expect(cellsOf(sweepText('{ shape: ["[3,3]", "[3]*2"], points: 10 }'))).toHaveLength(1);
  });

  it('has as many outputs as the picture has channels', () => {
    const [cell] = cellsOf(sweepText(small), { ...ringTarget, channels: 3 });
    expect(cell.config.network.outputs).toBe(3);
  });

  it('names further axes in labels only where they have several values', () => {
    const cells = cellsOf(sweepText('{ shape: "[3]", points: 10, learning_rate: [0.1, 0.2], slope: 0 }'));
    expect(cells.map(({ label }) => label)).toEqual([
      '[3], 10 points, learning rate 0.1, seed 1',
      '[3], 10 points, learning rate 0.2, seed 1',
    ]);
  });

  it('lets later optimisers take what they do not give from earlier ones', () => {
    const training = `training:
  optimizer: momentum
  learning_rate: 0.1
  momentum: 0.8
  switch: [{ epoch: 5, optimizer: sgd }, { epoch: 9, optimizer: momentum, learning_rate: 0.01 }]`;
    const { phases } = configOf(small, training).training;
    expect(
      phases.map(({ fromEpoch, optimizer }) => [
        fromEpoch,
        optimizer.name,
        optimizer.learningRate,
        optimizer.momentum,
      ]),
    ).toEqual([
      [0, 'momentum', 0.1, 0.8],
      [5, 'sgd', 0.1, 0.9],
      [9, 'momentum', 0.01, 0.8],
    ]);
  });

  it('makes the length of a cosine schedule part of the cell', () => {
    const cosine = (epochs: number) =>
      cellsOf(
        sweepText(small, 'training: { schedule: { kind: cosine } }').replace(
          'epochs: 100',
          `epochs: ${epochs}`,
        ),
      )[0];
    expect(cosine(100).config.training.schedule).toEqual({ kind: 'cosine', epochs: 100, minimum: 0 });
    expect(cosine(100).id).not.toBe(cosine(200).id);
  });

  it('says on which line there are more points than pixels', () => {
    const target = { ...ringTarget, width: 50, height: 100 };
    const spec = parseSweep(ringSweep);
    expect(() => expandSweep(spec, target, 'portable-1', 'portable')).toThrow(
      new SweepError(
        'parameters.points: 5000 points and 1000 validation points are more than the 5000 pixels of the picture (50 x 100)',
        8,
      ),
    );
  });
});

describe('identity of cells', () => {
  const [cell] = cellsOf(ringSweep);

  it('has stayed what it was', () => {
    expect(cellsOf(ringSweep).map(({ id }) => id)).toMatchInlineSnapshot(`
      [
        "4e6e7e911869ae4e",
        "af894be147b348dc",
        "7a65051e43f7c931",
        "0174e56ba147f01e",
        "354288ce233c17d0",
        "b53a2e43d865ac48",
        "b2a08a573ac770a3",
        "030eab20877510ea",
        "6f53d16363e9742e",
        "ba74922c26971e5a",
        "1c10331efc6faba5",
        "5af1bab18a043f64",
        "12fa6a3d680f710e",
        "189682ab15da0248",
        "176f68734007d978",
      ]
    `);
  });

  it('does not depend on the number of epochs, the name, snapshots or what an optimiser ignores', () => {
    const variants = [
      ringSweep.replace('epochs: 6000', 'epochs: 20000'),
      ringSweep.replace('name: ring', 'name: other'),
      ringSweep.replace('every: 10', 'log: 99'),
      ringSweep.replace('from: 5000, ratio: 0.5, count: 5', 'values: [5000]'),
      ringSweep.replace('loss: mse', 'alpha: 0.5'),
      ringSweep.replace('"[30]*30"', '"[30]*29 + [30]"'),
    ];
    expect(variants.map((variant) => cellsOf(variant)[0].id)).toEqual(variants.map(() => cell.id));
  });

  it('depends on everything that affects the result', () => {
    const variants = [
      ringSweep.replace('adam', 'adamw'),
      ringSweep.replace('0.001', '0.002'),
      ringSweep.replace('1024', '1023'),
      ringSweep.replace('mse', 'bce'),
      ringSweep.replace('[30]*30', '[30]*29'),
      ringSweep.replace('from: 5000', 'from: 4999'),
      ringSweep.replace('[1, 2, 3]', '[4]'),
      ...[
        'slope: 0',
        'initialization: pytorch',
        'validation: 999',
        'label_noise: 0.1',
        'random_labels: true',
      ].map((setting) => `${ringSweep}${setting}\n`),
      ...[
        'beta1: 0.8',
        'beta2: 0.9',
        'epsilon: 1e-7',
        'weight_decay: 0.1',
        'schedule: { kind: step, every: 5 }',
        'early_stop: { below: 0.1 }',
        'switch: [{ epoch: 3, optimizer: sgd }]',
      ].map((setting) => ringSweep.replace('loss: mse', setting)),
    ];
    const ids = variants.map((variant) => cellsOf(variant)[0].id);
    const others = [
      cellsOf(ringSweep, { ...ringTarget, digest: 'e'.repeat(64) })[0].id,
      cellsOf(ringSweep, { ...ringTarget, channels: 3 })[0].id,
      expandSweep(parseSweep(ringSweep), ringTarget, 'portable-2', 'portable')[0].id,
      expandSweep(parseSweep(ringSweep), ringTarget, 'portable-1', 'device')[0].id,
    ];
    expect(new Set([cell.id, ...ids, ...others]).size).toBe(variants.length + 5);
  });

  it('does not depend on the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(cell.config).reverse()) as unknown as CellConfig;
    expect(cellId(reversed)).toBe(cell.id);
    expect(canonicalJson({ b: 1, a: { d: [3, { z: 1, y: undefined }], c: null } })).toBe(
      '{"a":{"c":null,"d":[3,{"z":1}]},"b":1}',
    );
  });
});
