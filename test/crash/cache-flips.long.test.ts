import { afterAll, beforeAll, expect, it } from 'vitest';
import { cachedNotebook, cacheKinds, flipBits, type CachedNotebook } from './cache-flips.ts';
import { campaignRuns, campaignSeed } from './stops.ts';

let made: CachedNotebook;
const seed = campaignSeed();

beforeAll(async () => {
  made = await cachedNotebook();
});
afterAll(() => made.remove());

it.each(Object.keys(cacheKinds) as (keyof typeof cacheKinds)[])(
  'a flipped bit of %s changes no figure anywhere',
  async (kind) => {
    const tally = await flipBits(made, kind, campaignRuns(4), seed);
    console.log(kind, tally);
    expect(tally.flips).toBeGreaterThan(0);
  },
);
