import { expect, it } from 'vitest';
import { killQueueRepeatedly } from './queue-kills.ts';
import { campaignRuns, campaignSeed } from './stops.ts';

/** Kills of one queue, before it is trained to its end and looked at. */
const killsOfQueue = 20;

it('a queue whose process is killed loses nothing, shows no false state and verifies, stopped while catching up or not', async () => {
  const seed = campaignSeed();
  const runs = campaignRuns(4);
  const sum = { kills: 0, stops: 0, caughtUp: 0 };
  while (sum.kills < runs) {
    const { kills, stops, caughtUp } = await killQueueRepeatedly(
      Math.min(killsOfQueue, runs - sum.kills),
      seed + sum.kills,
    );
    expect(kills).toBeGreaterThan(0);
    sum.kills += kills;
    sum.stops += stops;
    sum.caughtUp += caughtUp;
    console.log(sum);
  }
}, 7_200_000);
