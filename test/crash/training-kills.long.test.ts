import { describe, it } from 'vitest';
import { campaignRuns, campaignSeed } from './stops.ts';
import { killCampaign } from './training-kills.ts';

describe('kill -9 while training', () => {
  it('loses nothing, resumes to the digests of an uninterrupted run and verifies, stopped while catching up or not', async () => {
    console.log(await killCampaign(campaignRuns(20), campaignSeed()));
  });
});
