import { describe, it } from 'vitest';
import { killCampaign } from './training-kills.ts';

describe('kill -9 while training', () => {
  it('loses nothing and resumes to the digests of an uninterrupted run, 50 times', async () => {
    const seed = Number(process.env['CREASEBOOK_SEED'] ?? Date.now() % 2 ** 31);
    console.log(`seed ${seed} (CREASEBOOK_SEED=${seed} repeats it)`);
    await killCampaign(50, seed);
  });
});
