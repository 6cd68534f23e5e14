import { expect, it } from 'vitest';
import { killQueueRepeatedly } from './queue-kills.ts';
import { campaignRuns, campaignSeed } from './stops.ts';

/** Kills of one queue, before it is trained to its end and looked at. */
const killsOfQueue = 10;

it('a queue whose process is killed loses nothing, shows no false state and verifies, stopped while catching up or not', async () => {
  const seed = campaignSeed();
  let kills = 0;
  for (; kills < campaignRuns(10); kills += killsOfQueue)
    console.log(await killQueueRepeatedly(killsOfQueue, seed + kills));
  expect(kills).toBeGreaterThan(0);
}, 3_600_000);
