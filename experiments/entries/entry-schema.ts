/** Schema of entry.json, format versions 1 and 2, and of the cells that it tells of. */
import { z } from 'zod';
import { maxCells } from '../sweeps/cell.ts';
import { inputMapKinds } from '../network/input-map.ts';
import { hyperparameterNames, optimizerNames, type HyperparameterName } from '../engines/optimizers.ts';

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const uint32 = z.int().min(0).max(0xffffffff);
const text = (length: number) => z.string().max(length);

/** From and to, in sides of the picture. */
const extent = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]);

const optimizer = z.strictObject({
  name: z.enum(optimizerNames),
  ...(Object.fromEntries(hyperparameterNames.map((name) => [name, z.number()])) as Record<
    HyperparameterName,
    z.ZodNumber
  >),
});

const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({ kind: z.literal('cosine'), epochs: count, minimum: z.number() }),
  z.strictObject({ kind: z.literal('step'), every: z.int().positive(), factor: z.number() }),
]);

/** Schema of a cell's configuration. */
export const configSchema = z.strictObject({
  numerics: text(100),
  determinism: z.enum(['portable', 'device']),
  target: text(200),
  data: z.strictObject({
    points: count,
    validation: count,
    labelNoise: z.number(),
    randomLabels: z.boolean(),
    seed: uint32.optional(),
    sample: z.strictObject({ x: extent, y: extent }).optional(),
  }),
  decoys: z
    .strictObject({
      points: z.int().min(1).max(1_000_000),
      distance: z.number().positive(),
      repeat: z.int().min(0).max(10_000),
      until: z.int().positive(),
    })
    .optional(),
  network: z.strictObject({
    hidden: z.array(z.int().min(1).max(65536)).max(1000),
    outputs: z.int().min(1).max(3),
    slope: z.number(),
    initialization: z.enum(['he-normal', 'he-uniform', 'pytorch', 'hanin-rolnick']),
  }),
  inputs: z
    .strictObject({
      kind: z.enum(inputMapKinds),
      axis: z.enum(['x', 'y']),
      period: z.number().positive(),
      phase: z.number(),
    })
    .optional(),
  training: z.strictObject({
    loss: z.enum(['mse', 'bce']),
    batchSize: z.int().positive(),
    phases: z
      .array(z.strictObject({ fromEpoch: count, optimizer }))
      .min(1)
      .max(1000),
    schedule,
    seed: uint32,
  }),
  earlyStop: z
    .strictObject({
      metric: z.enum(['train', 'validation']),
      every: z.int().positive(),
      below: z.number().optional(),
      patience: z.number().optional(),
    })
    .nullable(),
  seed: uint32,
});

const policy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('every'), epochs: z.int().positive() }),
  z.strictObject({ kind: z.literal('log'), count: z.int().positive() }),
  z.strictObject({ kind: z.literal('budget'), bytes: z.number().positive() }),
]);

const axisValue = z.union([z.number(), text(1000), z.boolean()]);

/** States that are kept: what a cell's state is once nobody is at work on it. 'running' is derived from who is. */
export const storedCellState = z.enum(['queued', 'paused', 'finished', 'failed', 'interrupted', 'cancelled']);

const cell = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  label: text(1000),
  axes: z.record(text(100), axisValue),
  config: configSchema,
  epochs: count,
  state: storedCellState,
  /** Time of the last start or resumption. */
  started: z.iso.datetime().nullable(),
  lastEpoch: count.nullable(),
  lastLink: hexDigest.nullable(),
  seconds: z.number().nonnegative(),
});

/** A snapshot's frame beside that of another implementation. */
const comparedFrame = z.strictObject({
  epoch: count,
  holds: z.boolean(),
  /** Share of the pixels. */
  equalHashes: z.number().min(0).max(1),
  /** Relative to the largest absolute value, or to 1 where that is larger. */
  largestDifference: z.number().nonnegative(),
});

const receipt = z.strictObject({
  time: z.iso.datetime(),
  level: z.enum(['chain', 'frames', 'measures', 'rerun']),
  holds: z.boolean(),
  /** How it was checked and what was let pass, in words. */
  method: text(2000).optional(),
  tolerance: text(2000).optional(),
  /** The machine it was checked on. */
  environment: z.record(text(100), text(10_000)),
  cells: z
    .array(
      z.strictObject({
        id: text(64),
        holds: z.boolean(),
        /** Snapshots that were checked. */
        snapshots: count.optional(),
        findings: z.array(text(2000)).max(1000),
        frames: z.array(comparedFrame).max(100_000).optional(),
      }),
    )
    .max(maxCells),
});

const target = z.strictObject({
  /** Picture digest that cells refer to. */
  digest: z.string().regex(/^[0-9a-f]{8,128}$/),
  file: z.string().regex(/^targets\/[0-9a-f]{8,128}\.png$/),
  sha256: hexDigest,
  /** There of own points without a true picture. */
  truth: z.literal(false).optional(),
});

/** Everything in entry.json but the digest over it; fields are written in this order. */
function entrySchema<Version extends number, Cells extends z.ZodType>(version: Version, cells: Cells) {
  return z.strictObject({
    format: z.literal('creasebook-entry'),
    version: z.literal(version),
    id: z.string().regex(/^[0-9a-f]{8}$/),
    /** Name of the sweep; runs of the same name find their entry by it. */
    name: text(1000),
    title: text(1000),
    tags: z.array(text(200)).max(1000),
    created: z.iso.datetime(),
    sweep: z.strictObject({ file: z.literal('sweep.yaml'), sha256: hexDigest }),
    targets: z.array(target).max(1000),
    snapshots: z.strictObject({
      policy,
      keyFrameEvery: z.int().positive(),
      // No sweep asks for larger ones, and no machine could draw any size.
      previewSize: z.int().min(1).max(1024),
      truthStride: z.int().positive(),
    }),
    environment: z.record(text(100), text(10_000)),
    cells,
    receipts: z.array(receipt).max(10_000),
    /** Times at which a change made outside of Creasebook was found. */
    alteredOutside: z.array(z.iso.datetime()).max(10_000),
  });
}

/** An entry.json of version 1: the cells and their states stand in it. */
export const firstStoredEntry = entrySchema(1, z.array(cell).max(maxCells));

/** An entry.json of version 2: the cells have a file of their own, which it names by its digest. */
export const storedEntry = entrySchema(
  2,
  z.strictObject({
    file: z.literal('cells.json'),
    count: count.max(maxCells),
    sha256: hexDigest,
  }),
);

/** What an entry.json of version 1 holds. */
export type FirstStoredEntry = z.infer<typeof firstStoredEntry>;
/** What entry.json holds. */
export type StoredEntry = z.infer<typeof storedEntry>;
/** An entry with its cells and what is known of their states; `version` is that of its files. */
export type EntryContent = Omit<FirstStoredEntry, 'version'> & {
  readonly version: FirstStoredEntry['version'] | StoredEntry['version'];
};
/** A cell of an entry. */
export type EntryCell = EntryContent['cells'][number];
/** A picture in entry.json. */
export type EntryTarget = EntryContent['targets'][number];
/** A verification that entry.json keeps. */
export type EntryReceipt = EntryContent['receipts'][number];
