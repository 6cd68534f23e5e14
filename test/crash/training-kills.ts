/** Kills a training process at random moments and compares the resumed entry with an uninterrupted one. */
import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { digests, lab, startLab, temporaryLab } from '../electron/cli/lab-process.ts';

const sweep = `name: killed
target: ring
epochs: 900
validation: 20
snapshots: { every: 10, key_frame_every: 4, preview: 32, truth_stride: 16 }
parameters:
  shape: { values: ["[12]*3"] }
  points: { values: [200, 100] }
training: { batch_size: 64 }
`;

/** Numbers in [0, 1) from a seed (Marsaglia's xorshift32), so that a failing campaign can be run again. */
function uniforms(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** `kills` kills over as many runs as it takes; after each the entry opens and its chain holds. */
export async function killCampaign(kills: number, seed: number): Promise<void> {
  const next = uniforms(seed);
  const whole = temporaryLab(sweep);
  const began = performance.now();
  expect((await lab('run', whole.sweep, '--notebook', whole.notebook)).code).toBe(0);
  const duration = performance.now() - began;
  const expected = await digests(whole.notebook, 'killed');
  let killed = 0;
  while (killed < kills) {
    const place = temporaryLab(sweep);
    const run = ['run', place.sweep, '--notebook', place.notebook];
    for (let attempt = 0; attempt < 5 && killed < kills; attempt++) {
      const { child, result } = startLab(run);
      const timer = setTimeout(() => child.kill('SIGKILL'), next() * duration);
      const { signal, code } = await result;
      clearTimeout(timer);
      if (signal !== 'SIGKILL') {
        expect(code, `seed ${seed}`).toBe(0);
        break;
      }
      killed += 1;
      // It may have been killed before it made the notebook.
      if (!existsSync(place.notebook)) continue;
      const entries = JSON.parse((await lab('ls', '--json', '--notebook', place.notebook)).stdout) as {
        problem: unknown;
      }[];
      expect(
        entries.map(({ problem }) => problem),
        `seed ${seed}, kill ${killed}`,
      ).toEqual(entries.map(() => null));
    }
    const resumed = await lab(...run);
    expect(resumed.code, `seed ${seed}, kill ${killed}: ${resumed.stderr}`).toBe(0);
    expect(await digests(place.notebook, 'killed'), `seed ${seed}, kill ${killed}`).toBe(expected);
    expect((await lab('verify', 'killed', '--notebook', place.notebook)).code, `seed ${seed}`).toBe(0);
    place.remove();
  }
  whole.remove();
}
