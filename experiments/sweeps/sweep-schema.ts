/** The vocabulary of sweep files. The JSON Schema that ships with the app is generated from this schema. */
import { z } from 'zod';
import { initializationNames } from '../network/initialization.ts';
import { maybeInputMap } from '../network/input-map.ts';
import {
  hyperparameterNames,
  hyperparameters,
  optimizerNames,
  type HyperparameterKey,
  type HyperparameterRange,
} from '../engines/optimizers.ts';
import { longestFormula } from '../targets/formula-tokens.ts';
import { maxCells } from './cell.ts';
import { choice, path, positive, real, share, text, whole } from './schema-values.ts';
import { maxEpochs } from './snapshot-epochs.ts';

const maxPixels = 4096 * 4096;

const flag = z.boolean({ error: 'must be true or false' });
const mapError = { error: 'must be a map' };

const inputsError =
  "must be plain, or a map with period and phase such as 'fold 1/4 + 1/4' or 'sine y 0.2 + 0'";
const inputsText = z
  .string({ error: inputsError })
  .refine((written) => maybeInputMap(written) !== undefined, { error: inputsError });

const optimizerName = choice(optimizerNames);
const lossName = choice(['mse', 'bce']);
const initializationName = choice(initializationNames);
const slope = share();
const labelNoise = real(0, 1);
const batchSize = whole(1, 65_536);

function inRange(range: HyperparameterRange): z.ZodNumber {
  if ('above' in range) return positive(range.to);
  return 'below' in range ? share() : real(range.from, range.to);
}

/** Fields of an optimiser with PyTorch's defaults; those that an optimiser does not use are ignored. */
const optimizerFields = Object.fromEntries(
  hyperparameterNames.map((name) => [
    hyperparameters[name].key,
    inRange(hyperparameters[name].range).optional(),
  ]),
) as Record<HyperparameterKey, z.ZodOptional<z.ZodNumber>>;

function list<Leaf extends z.ZodType>(leaf: Leaf) {
  return z.array(leaf, { error: 'must be a list' }).min(1, { error: 'must have at least one value' });
}

/** Ways to give the values of an axis that is not made of numbers. */
function listAxis<Leaf extends z.ZodType>(leaf: Leaf) {
  return [
    z.strictObject({ value: leaf }, mapError),
    z.strictObject({ values: list(leaf) }, mapError),
  ] as const;
}

/** Ways to give the values of an axis of numbers, each with further fields. */
function numberAxis<Leaf extends z.ZodType, Extra extends z.core.$ZodLooseShape>(leaf: Leaf, extra: Extra) {
  const count = whole(1, maxCells);
  return [
    z.strictObject({ value: leaf, ...extra }, mapError),
    z.strictObject({ values: list(leaf), ...extra }, mapError),
    z.strictObject({ from: leaf, ratio: positive(1000), count, ...extra }, mapError),
    z.strictObject(
      { from: leaf, to: leaf, count, spacing: choice(['linear', 'log']).default('linear'), ...extra },
      mapError,
    ),
  ] as const;
}

function choices<Leaf extends z.ZodType>(leaf: Leaf) {
  return z.union([leaf, list(leaf), ...listAxis(leaf)]).optional();
}

function numbers<Leaf extends z.ZodType>(leaf: Leaf) {
  return z.union([leaf, list(leaf), ...numberAxis(leaf, {})]).optional();
}

/** What one value of each axis may be; `parameters` also needs a fixed depth or width. */
export const axisLeaves = {
  shape: text(1000).describe('hidden layers: "[30]*30", "[64,32,16]"'),
  parameters: whole(1, 100_000_000),
  points: whole(1, maxPixels),
  seed: whole(0, 4_294_967_295),
  learning_rate: inRange(hyperparameters.learningRate.range),
  batch_size: batchSize,
  optimizer: optimizerName,
  loss: lossName,
  weight_decay: inRange(hyperparameters.weightDecay.range),
  momentum: inRange(hyperparameters.momentum.range),
  initialization: initializationName,
  slope,
  label_noise: labelNoise,
  random_labels: flag,
  decoys: flag,
  data_seed: whole(0, 4_294_967_295),
  inputs: inputsText,
};

/** Name of an axis of a sweep. */
export type AxisName = keyof typeof axisLeaves;

const parameters = z.strictObject(
  {
    shape: choices(axisLeaves.shape),
    parameters: z
      .union(
        numberAxis(axisLeaves.parameters, {
          depth: whole(1, 100).optional(),
          width: whole(1, 512).optional(),
        }),
      )
      .optional()
      .describe('number of weights and biases, reached as nearly as possible at a fixed depth or width'),
    points: numbers(axisLeaves.points).describe('number of training points'),
    seed: numbers(axisLeaves.seed).describe('1 unless given'),
    learning_rate: numbers(axisLeaves.learning_rate),
    batch_size: numbers(axisLeaves.batch_size),
    optimizer: choices(axisLeaves.optimizer),
    loss: choices(axisLeaves.loss),
    weight_decay: numbers(axisLeaves.weight_decay),
    momentum: numbers(axisLeaves.momentum),
    initialization: choices(axisLeaves.initialization),
    slope: numbers(axisLeaves.slope),
    label_noise: numbers(axisLeaves.label_noise),
    random_labels: choices(axisLeaves.random_labels),
    decoys: choices(axisLeaves.decoys).describe('whether there are those of decoys:'),
    data_seed: numbers(axisLeaves.data_seed).describe('of points and labels; seed unless given'),
    inputs: choices(axisLeaves.inputs).describe(
      "plain, 'fold 1/4 + 1/4' or 'sine 1/4 + 1/4': period and phase",
    ),
  } satisfies Record<AxisName, z.ZodType>,
  mapError,
);

const cycle = z.strictObject(
  {
    period: positive(1000),
    phase: real(0, 1000).default(0).describe('turns at coordinate 0'),
    axis: choice(['x', 'y']).default('x'),
  },
  mapError,
);
const inputs = z
  .union([z.strictObject({ fold: cycle }, mapError), z.strictObject({ sine: cycle }, mapError)])
  .describe('a cycle in the model: what the network sees in place of x or y, before its first layer');

const extent = z.tuple([real(0, 1), real(0, 1)], { error: 'must be [from, to]' });
const wholeExtent = (): [number, number] => [0, 1];
const sample = z
  .strictObject({ x: extent.default(wholeExtent), y: extent.default(wholeExtent) }, mapError)
  .describe('the part of the picture that training points come from; measures tell seen and unseen apart');

const decoys = z
  .strictObject(
    {
      points: whole(1, 1_000_000),
      distance: positive(1),
      repeat: whole(0, 10_000).default(0),
      until: whole(1, maxEpochs),
    },
    mapError,
  )
  .describe(
    'white points away from every black training point, and black ones repeated near it, trained on for so many epochs',
  );

const schedules = [
  z.strictObject({ kind: z.literal('constant') }, mapError),
  z.strictObject(
    {
      kind: z.literal('cosine'),
      epochs: whole(1, maxEpochs).optional(),
      minimum: real(0, 1000).default(0),
    },
    mapError,
  ),
  z.strictObject(
    { kind: z.literal('step'), every: whole(1, maxEpochs), factor: positive(1000).default(0.1) },
    mapError,
  ),
] as const;
const schedule = z.discriminatedUnion('kind', schedules, {
  error: ({ code }) => (code === 'invalid_union' ? 'must be one of constant, cosine, step' : 'must be a map'),
});

const earlyStop = z.strictObject(
  {
    metric: choice(['train', 'validation']).default('validation'),
    every: whole(1, maxEpochs).default(10),
    below: positive(1e9).optional(),
    patience: whole(1, maxEpochs).optional(),
  },
  mapError,
);

const training = z.strictObject(
  {
    optimizer: optimizerName.optional(),
    ...optimizerFields,
    batch_size: batchSize.optional(),
    loss: lossName.optional(),
    determinism: choice(['portable', 'device'])
      .optional()
      .describe(
        "'portable' (default): the same bits on any machine; 'device': faster on CPUs that fuse multiply and add, the same bits on those",
      ),
    schedule: schedule.optional(),
    early_stop: earlyStop.optional(),
    switch: z
      .array(
        z.strictObject(
          { epoch: whole(1, maxEpochs), optimizer: optimizerName.optional(), ...optimizerFields },
          mapError,
        ),
        { error: 'must be a list' },
      )
      .max(100, { error: 'must have at most 100 entries' })
      .optional()
      .describe('optimisers that take over after so many epochs'),
  },
  mapError,
);

const snapshotFields = {
  key_frame_every: whole(1, 1_000_000).default(25),
  preview: whole(8, 1024).default(128),
  truth_stride: whole(1, 1024).default(4),
};
const byteSizeError = 'must be a size such as 500 MB';

/** The snapshots section of a sweep file. */
export const snapshots = z
  .union([
    z.strictObject({ every: whole(1, maxEpochs), ...snapshotFields }, mapError),
    z.strictObject({ log: whole(2, 100_000), ...snapshotFields }, mapError),
    z.strictObject(
      {
        budget: z
          .string({ error: byteSizeError })
          .regex(/^\d{1,9}(\.\d{1,6})? ?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$/, { error: byteSizeError }),
        ...snapshotFields,
      },
      mapError,
    ),
  ])
  .describe(
    'when snapshots are kept: every so many epochs, so many on a logarithmic scale, or within a size',
  );

const formula = z.strictObject(
  {
    formula: text(longestFormula).describe(
      'black where it holds: "y < 0.5 + 0.3 * sin(8 * pi * x)", x to the right and y down from 0 to 1; or a grey level from 0 to 1',
    ),
  },
  mapError,
);

const ownPoints = z.strictObject(
  {
    points: path(4096).describe('a CSV or Parquet file with the columns x, y and value (or class)'),
    truth: z
      .union([path(4096), formula])
      .optional()
      .describe('the picture behind the points, where somebody knows it'),
  },
  mapError,
);

const target = z
  .union([path(4096), formula, ownPoints])
  .describe(
    'a built-in picture, a PNG, JPEG, CSV or Parquet file named from this file, a formula, or own points',
  );

/** A sweep file as plain data. Whatever spans several keys is checked in sweep.ts. */
export const sweepSchema = z.strictObject(
  {
    name: text(200),
    target,
    epochs: z
      .union([
        whole(1, maxEpochs),
        z.strictObject(
          { steps: whole(1, 1_000_000_000).describe('of the optimiser, the same for every cell') },
          mapError,
        ),
      ])
      .describe('passes over the points; or { steps: N }: as many whole ones as make so many steps'),
    snapshots: snapshots.optional(),
    slope: slope.optional().describe('slope of the leaky ReLU below 0, 0.01 unless given'),
    initialization: initializationName.optional(),
    validation: whole(0, maxPixels).optional().describe('number of validation points, 1000 unless given'),
    label_noise: labelNoise.optional().describe('share of training labels that are flipped'),
    random_labels: flag.optional(),
    decoys: decoys.optional(),
    inputs: inputs.optional(),
    sample: sample.optional(),
    parameters,
    training: training.optional(),
    findings: z
      .unknown()
      .optional()
      .describe('questions with claims about measures, judged over seeds (findings/claim-schema.ts)'),
  },
  mapError,
);

/** What sweepSchema returns. */
export type SweepDocument = z.output<typeof sweepSchema>;
/** The training section of a sweep file, defaults filled in. */
export type TrainingDocument = z.output<typeof training>;
/** The snapshots section of a sweep file, defaults filled in. */
export type SnapshotsDocument = z.output<typeof snapshots>;

let jsonSchema: z.core.JSONSchema.JSONSchema | undefined;

/** The JSON Schema (draft 2020-12) of sweep files, as kept in sweep.schema.json; made once. */
export function sweepJsonSchema(): z.core.JSONSchema.JSONSchema {
  return (jsonSchema ??= z.toJSONSchema(sweepSchema, { io: 'input' }));
}
