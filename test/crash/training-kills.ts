/** Kills a training process at random moments and compares the resumed entry with an uninterrupted one. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { digests, lab, startLab, temporaryLab } from '../electron/cli/lab-process.ts';
import { numbersFrom } from '../experiments/records/sample-records.ts';
import { cellCounts, expectSound, snapshotDuration, stopWhileCatchingUp, untilSnapshots } from './stops.ts';

/** Without a key frame but the first, so that much is to be caught up with. */
const sweep = `name: killed
target: ring
epochs: 600
validation: 20
snapshots: { every: 10, key_frame_every: 1000, preview: 32, truth_stride: 16 }
parameters:
  shape: { values: ["[16]*6"] }
  points: { values: [3000, 2000] }
training: { batch_size: 16 }
`;

/** Kills of one entry, before it is trained to its end and looked at. */
const killsOfEntry = 20;

/** Most snapshots that are awaited before a kill: so few that something is left to kill. */
const mostSnapshots = 6;

/** What a campaign did. */
export interface KillTally {
  kills: number;
  entries: number;
  /** Orderly stops that were tried while killed cells caught up, and those where one had not caught up by then. */
  stops: number;
  caughtUp: number;
}

/**
 * `kills` kills over as many runs as it takes, half of them followed by an orderly stop while catching up; after each the
 * entry opens, and in the end it is bit for bit what it is without kills, verifies at each level, and its archive can be
 * imported.
 */
export async function killCampaign(kills: number, seed: number): Promise<KillTally> {
  const next = numbersFrom(seed);
  const uniform = (): number => next() / 2 ** 32;
  const whole = temporaryLab(sweep);
  const undisturbed = startLab(['run', whole.sweep, '--notebook', whole.notebook]);
  const snapshotMs = await snapshotDuration(whole.notebook, undisturbed.result, 10);
  expect((await undisturbed.result).code).toBe(0);
  const expected = await digests(whole.notebook, 'killed');
  const tally = { kills: 0, entries: 0, stops: 0, caughtUp: 0 };
  while (tally.kills < kills) {
    const place = temporaryLab(sweep);
    const run = ['run', place.sweep, '--notebook', place.notebook];
    const where = (): string => `seed ${seed}, kill ${tally.kills}`;
    for (let attempt = 0; attempt < killsOfEntry && tally.kills < kills; attempt++) {
      const { child, result } = startLab(run);
      // Some kills come while the program starts, most while cells train or catch up.
      if (uniform() < 0.8)
        await untilSnapshots(place.notebook, result, Math.floor(uniform() * mostSnapshots));
      await sleep(uniform() * 50);
      child.kill('SIGKILL');
      const { signal, code } = await result;
      if (signal !== 'SIGKILL') {
        expect(code, where()).toBe(0);
        break;
      }
      tally.kills += 1;
      // It may have been killed before it made the notebook.
      if (!existsSync(place.notebook)) continue;
      await expectNoProblem(place.notebook, where());
      if (
        uniform() < 0.5 &&
        [...cellCounts(place.notebook).values()].some(({ snapshots }) => snapshots > 0)
      ) {
        const signal = uniform() < 0.5 ? 'SIGINT' : 'SIGTERM';
        const isCatchingUp = await stopWhileCatchingUp(place.notebook, snapshotMs, uniform(), () => {
          const { child, result } = startLab(run);
          return Promise.resolve({ ended: result, stop: () => child.kill(signal) });
        });
        tally.stops += 1;
        tally.caughtUp += Number(isCatchingUp);
      }
    }
    const resumed = await lab(...run);
    expect(resumed.code, `${where()}: ${resumed.stderr}`).toBe(0);
    expect(await digests(place.notebook, 'killed'), where()).toBe(expected);
    await expectSound(place.notebook, 'killed', where());
    tally.entries += 1;
    place.remove();
  }
  whole.remove();
  return tally;
}

async function expectNoProblem(notebook: string, where: string): Promise<void> {
  const opened = await openNotebook(notebook, { mode: 'read' });
  const problems = (await opened.list()).flatMap(({ problem }) => problem ?? []);
  await opened.close();
  expect(problems, where).toEqual([]);
}
