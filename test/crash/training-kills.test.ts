import { describe, it } from 'vitest';
import { killCampaign } from './training-kills.ts';

describe('kill -9 while training', () => {
  it('loses nothing and resumes to the digests of an uninterrupted run, 4 times', async () => {
    await killCampaign(4, 20261120);
  }, 240_000);
});
