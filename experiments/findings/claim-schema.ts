/** The vocabulary of claims: what a `findings:` block may say. */
import { z } from 'zod';
import { nearestWord } from '../sweeps/sweep-issue.ts';
import { claimWords, measureWords, type ClaimMeasure } from './claim-measures.ts';

const numberError = { error: 'must be a number' };
const real = z.number(numberError);
const above0 = z.number(numberError).gt(0, { error: 'must be a number above 0' });

/** How many measures a fault names: all of them would push what was written off the end of its line. */
const namedMeasures = 16;
const wordsOfMeasures = `${[...measureWords.values()].slice(0, namedMeasures).map(claimWords).join(', ')} or another of the measures`;

function measureFault(input: unknown): string {
  const meant = nearestWord(String(input).toLowerCase(), [...measureWords.keys()]);
  return meant === undefined ? `must be one of ${wordsOfMeasures}` : `must be a measure, such as ${meant}`;
}

const measure = z
  .string({ error: `must be a measure: ${wordsOfMeasures}` })
  .refine((word) => measureWords.has(word.toLowerCase()), { error: ({ input }) => measureFault(input) })
  .transform((word): ClaimMeasure => measureWords.get(word.toLowerCase()) ?? 'truthMse');

function choice<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of ${names.join(', ')}` });
}

const text = (longest: number) => {
  const error = `must be a text of 1 to ${longest} characters`;
  return z.string({ error }).min(1, { error }).max(longest, { error });
};

const mapError = { error: 'must be a map' };
const group = z.record(
  z.string(),
  z.union([z.number(), z.string(), z.boolean()], { error: 'must be a value of the axis' }),
  { error: 'must be a map of axes and values, as in { points: 312 }' },
);

const scale = choice(['linear', 'log']).default('linear');
const place = z
  .union([z.enum(['last', 'late']), z.int().min(0)], { error: "must be 'last', 'late' or an epoch" })
  .default('last');
const axis = choice(['epochs', 'steps']).default('epochs');

/** How the value of a cell that diverged counts: it does not, its seed is left out, or it counts as a number. */
const divergedValue = z
  .union([z.enum(['refuse', 'leave out']), z.number()], {
    error: "must be 'refuse', 'leave out' or a number",
  })
  .default('refuse');
/** How the time of a cell that diverged before it arrived counts. */
const divergedTime = choice(['never', 'refuse', 'leave out']).default('never');

const common = {
  where: group.default({}),
  expect: choice(['holds', 'fails', 'not holds']).default('holds'),
};
const valued = { ...common, measure, scale, at: place, diverged: divergedValue };
const timed = { ...common, axis, diverged: divergedTime };
const bound = { above: real.optional(), below: real.optional() };
const threshold = { measure, ...bound };

const before = z.union(
  [z.strictObject({ epochs: above0 }, mapError), z.strictObject({ steps: above0 }, mapError)],
  { error: 'must be { epochs: N } or { steps: N }' },
);

/** Times within a spike that `order` compares with `events: spikes`. */
export const spikeTimes = ['linear half time', 'geometry half time'] as const;
const orderSide = z.union([z.strictObject(threshold, mapError), z.enum(spikeTimes)], {
  error: `must be a map with measure, or with events: spikes one of ${spikeTimes.join(', ')}`,
});

const claimKinds = {
  difference: z.strictObject({
    kind: z.literal('difference'),
    ...valued,
    ...bound,
    margin: real.optional(),
    a: group,
    b: group.optional(),
  }),
  peak: z.strictObject({ kind: z.literal('peak'), ...valued, along: text(100), margin: real.default(0) }),
  within: z.strictObject({ kind: z.literal('within'), ...valued, low: real, high: real }),
  reaches: z.strictObject({
    kind: z.literal('reaches'),
    ...timed,
    ...threshold,
    before: before.optional(),
  }),
  faster: z.strictObject({
    kind: z.literal('faster'),
    ...timed,
    ...threshold,
    a: group,
    b: group,
    'ratio above': above0.optional(),
    'ratio below': above0.optional(),
  }),
  rank: z.strictObject({
    kind: z.literal('rank'),
    ...valued,
    ...bound,
    with: z.union([measure, z.literal('axis')], { error: `must be 'axis' or one of ${wordsOfMeasures}` }),
    along: text(100),
  }),
  order: z.strictObject({
    kind: z.literal('order'),
    ...timed,
    ...bound,
    first: orderSide,
    then: orderSide,
    events: z.literal('spikes', { error: 'must be spikes' }).optional(),
  }),
  exact: z.strictObject({
    kind: z.literal('exact'),
    ...valued,
    equals: z.union([real, measure], { error: `must be a number or one of ${wordsOfMeasures}` }),
    tolerance: real.min(0, { error: 'must be a number from 0' }).default(0),
  }),
} as const;

/** Kinds of claims. */
export type ClaimKind = keyof typeof claimKinds;

/** A claim of one kind, defaults filled in. */
export type ClaimOf<Kind extends ClaimKind> = z.infer<(typeof claimKinds)[Kind]>;

/** A typed statement about recorded measures. */
export type Claim = ClaimOf<ClaimKind>;

/** Keys that a kind of claim knows; of all kinds where it is none. */
export function keysOfClaim(kind: unknown): string[] {
  const schema = Object.entries(claimKinds).find(([name]) => name === kind)?.[1];
  return schema === undefined ? ['kind'] : Object.keys(schema.shape);
}

const claim = z.discriminatedUnion(
  'kind',
  [
    claimKinds.difference,
    claimKinds.peak,
    claimKinds.within,
    claimKinds.reaches,
    claimKinds.faster,
    claimKinds.rank,
    claimKinds.order,
    claimKinds.exact,
  ],
  { error: `must be a map with kind: ${Object.keys(claimKinds).join(', ')}` },
);

const filled = { error: 'must be a list of at least one' };

/** A file of findings. */
export const findingsSchema = z.strictObject(
  {
    findings: z
      .array(
        z.strictObject(
          { id: text(100), question: text(400).optional(), claims: z.array(claim, filled).min(1, filled) },
          mapError,
        ),
        filled,
      )
      .min(1, filled),
  },
  { error: 'must be a map with findings:' },
);
