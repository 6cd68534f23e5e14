/** Links to nothing and to themselves, as sync tools and hands leave them in a notebook: what is beside them stays listed. */
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lab, temporaryLab } from './lab-process.ts';

const { sweep, notebook, remove } = temporaryLab(`name: linked
target: ring
epochs: 2
parameters:
  shape: { values: ["[2]"] }
  points: { values: [10] }
`);

describe('ls', () => {
  beforeAll(async () => {
    expect((await lab('run', sweep, '--engine', 'wasm', '--notebook', notebook)).code).toBe(0);
  }, 60_000);
  afterAll(remove);

  for (const place of ['queue.json', '.lock', 'entries/stray', 'comparisons'])
    for (const [what, target] of [
      ['nothing', '/nowhere/at/all'],
      ['itself', join(notebook, place)],
    ] as const)
      it(`lists what is there where ${place} is a link to ${what}`, async () => {
        const path = join(notebook, place);
        rmSync(path, { recursive: true, force: true });
        symlinkSync(target, path);
        try {
          const { code, stdout, stderr } = await lab('ls', '--notebook', notebook);
          expect(stderr).not.toMatch(/unexpected error|\n\s+at /);
          expect([code, stdout]).toEqual([0, expect.stringMatching(/1 finished\s+linked\n/)]);
        } finally {
          rmSync(path, { force: true });
        }
      });
});
