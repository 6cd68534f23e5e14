/** Comparisons: cells of several entries, looked at like those of one. */
import { z } from 'zod';
import { call } from './call.ts';
import { cellId, entryId } from './fields.ts';

const title = z.string().trim().min(1).max(300);

const part = z.strictObject({
  entryId,
  cells: z.union([z.literal('all'), z.array(cellId).min(1).max(100_000)]),
});

/** A comparison that was made or taken away: how to make it again. */
export interface KeptComparison {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly parts: readonly { readonly entryId: string; readonly cells: 'all' | string[] }[];
}

/** Calls about comparisons; what they name stays where it is. */
export const comparisonCalls = {
  /** Keeps a new comparison under a name of its own, made from the title where none is given. */
  'comparison.make': call<KeptComparison>()(
    z.strictObject({ title, name: z.string().max(100).optional(), parts: z.array(part).min(1).max(1000) }),
  ),
  /** Takes a comparison away by its id; entries and cells stay. */
  'comparison.remove': call<KeptComparison>()(z.strictObject({ id: entryId })),
};
