import { describe, it } from 'vitest';
import { killCampaign } from './training-kills.ts';

describe('kill -9 while training', () => {
  it('loses nothing and resumes to the digests of an uninterrupted run, twice', async () => {
    await killCampaign(2, 20261120);
  }, 240_000);
});
