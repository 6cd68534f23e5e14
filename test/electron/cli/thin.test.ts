/** Thinning through the command line, as real processes. */
import { cpSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { goldenNames } from '../lab/exports/stored-entry.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { lab, labJson } from './lab-process.ts';

const name = goldenNames.find((folder) => folder.includes('ring'))!;
const id = name.slice(-8);
const cell = '8eaba2a90a3f580d';
let notebook: string;

beforeAll(() => {
  notebook = scratchFolder();
  cpSync('test/fixtures/entries/version-1', join(notebook, 'entries'), { recursive: true });
});

const within = (...words: string[]) => [...words, '--notebook', notebook];
const recordBytes = () => statSync(join(notebook, 'entries', name, 'cells', cell, 'records')).size;

describe('thin', () => {
  it('refuses what is no policy, names the three, and leaves a budget that is too small', async () => {
    const wrong = await lab(...within('thin', id, '--keep', 'some'));
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/every 100.*log 60.*budget 200 MB/),
    });
    const small = await lab(...within('thin', id, '--keep', 'budget 1 B'));
    expect(small).toMatchObject({ code: 2, stderr: expect.stringMatching(/too small.*always kept/) });
  });

  it('tells what it would do, does it, and the entry verifies, is shown and drawn', async () => {
    const size = recordBytes();
    const words = within('thin', id, '--keep', 'every 1000', '--where', cell);
    const planned = await labJson<{ before: number; after: number; removed: number }>(...words, '--dry-run');
    expect(planned).toMatchObject({ entry: id, dryRun: true, removed: 4, kept: 2 });
    expect(recordBytes()).toBe(size);
    expect(await labJson(...words)).toEqual({ ...planned, dryRun: false });
    expect(recordBytes()).toBeLessThan(size);
    expect((await lab(...words)).stdout).toMatch(/^0 of 2 snapshots lost their weights/);

    const verified = await lab(...within('verify', id));
    expect(verified.stdout).toMatch(/6 snapshots whole and linked, 4 of them without weights/);
    expect(verified.stdout).toMatch(/chain: everything holds/);
    expect((await lab(...within('show', id))).stdout).toMatch(`${cell}: 4 of 6 snapshots were thinned`);
    expect(await lab(...within('fsck', id))).toMatchObject({ code: 0 });
    // Trained again from the first snapshot, and held to the recorded digest.
    expect(await lab(...within('frame', id, '--cell', cell, '--epoch', '10', '--size', '16'))).toMatchObject({
      code: 0,
    });
    const kept = await lab(...within('weights', id, '--cell', cell, '--epoch', '10'));
    expect(kept).toMatchObject({ code: 2, stderr: expect.stringMatching(/nearest are at epochs 0 and 40/) });
  });
});
