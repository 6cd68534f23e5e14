/** Schemas of the JSON headers of records. Everything that comes from a file passes through one of them. */
import { z } from 'zod';
import { dtypeBytes, maxElements, type Dtype } from './byte-planes.ts';
import { nonFiniteNames } from './canonical-json.ts';
import { laterMeasureNames, type LaterMeasure } from './measures.ts';

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

/** A number as canonical JSON writes it: NaN and infinities are strings. */
export const anyNumber = z.union([z.number(), z.enum(nonFiniteNames).transform(Number)]);

const truthMeasure = z.strictObject({
  stride: z.number().positive(),
  mse: anyNumber,
  iou: anyNumber.nullable(),
});

/** Measures that records of before they existed lack; what is not there stays missing, so that digests come out the same. */
const laterMeasures = Object.fromEntries(
  laterMeasureNames.map((name) => [name, anyNumber.nullable().optional()]),
) as Record<LaterMeasure, z.ZodOptional<z.ZodNullable<typeof anyNumber>>>;

/** Snapshot metrics without what is kept in binary sections (epochs and gradient norms). */
const headMetrics = z.strictObject({
  epoch: count,
  step: count,
  samples: count,
  trainMse: anyNumber,
  validationMse: anyNumber.nullable(),
  truth: truthMeasure.nullable(),
  fineTruth: truthMeasure.nullable(),
  distinctHashes: count,
  boundaryShare: anyNumber,
  spikes: z.array(count).max(1_000_000),
  stateDigest: hexDigest,
  ...laterMeasures,
});

const dtypes = Object.keys(dtypeBytes) as [Dtype, ...Dtype[]];

const section = z.strictObject({
  name: z.string().max(40),
  dtype: z.enum(dtypes),
  length: count.max(maxElements),
  deflated: z.array(count.max(maxElements)).max(8),
});

/** Where an array lies in a record's payload and how it is packed. */
export type Section = z.infer<typeof section>;

/** The arrays of a record, in order. */
export const sections = z.array(section).max(16);
const bestMetric = { bestMetric: anyNumber.nullable(), bestEpoch: count };

const environment = z.record(z.string().max(100), z.string().max(10_000));
const message = z.string().max(100_000);

const event = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('started'), engine: z.string().max(200), environment }),
  z.strictObject({ kind: z.literal('resumed'), epoch: count, engine: z.string().max(200), environment }),
  z.strictObject({ kind: z.literal('paused'), epoch: count }),
  z.strictObject({ kind: z.literal('cancelled'), epoch: count }),
  z.strictObject({ kind: z.literal('finished'), epoch: count, reason: z.enum(['goal', 'early stop']) }),
  z.strictObject({
    kind: z.literal('failed'),
    epoch: count,
    failure: z.enum(['error', 'diverged', 'out of memory', 'device lost']),
    message,
  }),
]);

const side = z.int().positive().max(4096);

const snapshot = { metrics: headMetrics, weightsDigest: hexDigest, link: hexDigest, seconds: anyNumber };

/** Headers of all record types. */
export const recordHeader = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('snapshot'),
    ...snapshot,
    keyFrame: z.strictObject({ phaseStep: count, ...bestMetric }).nullable(),
    sections,
  }),
  // What is left of a snapshot; the field that says nothing keeps the header in the form of one.
  z.strictObject({ type: z.literal('thinned'), ...snapshot, keyFrame: z.null(), sections }),
  z.strictObject({
    type: z.literal('state'),
    epoch: count,
    step: count,
    phaseStep: count,
    weightsDigest: hexDigest,
    stateDigest: hexDigest,
    seconds: anyNumber,
    ...bestMetric,
    sections,
  }),
  z.strictObject({ type: z.literal('event'), time: z.iso.datetime(), event, sections }),
  z.strictObject({
    type: z.literal('preview'),
    epoch: count,
    width: side,
    height: side,
    outputs: z.int().min(1).max(3),
    sections,
  }),
]);

/** Header of a record of any type. */
export type RecordHeader = z.infer<typeof recordHeader>;

/** Types a header may have; any other comes from a newer version. */
export const recordTypes: readonly string[] = ['snapshot', 'thinned', 'state', 'event', 'preview'];
