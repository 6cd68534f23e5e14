/** Times on the command line are those of the clock on the wall, as in the app. */
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../scratch-folder.ts';
import { labJson, startLab, tinySweep } from './lab-process.ts';

const zones = [
  ['Asia/Tokyo', 9],
  ['Pacific/Honolulu', -10],
] as const;

it.each(zones)('`ls` and the folders of new entries tell the time of %s', async (zone, hours) => {
  const notebook = scratchFolder();
  cpSync('test/fixtures/entries/version-1', join(notebook, 'entries'), { recursive: true });
  const prefix = ['env', `TZ=${zone}`];
  const there = (iso: string): string =>
    new Date(new Date(iso).getTime() + hours * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  const entries = await labJson<{ id: string; created: string }[]>('ls', '--notebook', notebook);
  const { stdout } = await startLab(['ls', '--notebook', notebook], { prefix }).result;
  for (const { id, created } of entries)
    expect(stdout.split('\n').find((line) => line.startsWith(id))).toContain(there(created));

  const fresh = scratchFolder();
  const sweep = join(fresh, 'sweep.yaml');
  writeFileSync(sweep, tinySweep);
  const before = there(new Date().toISOString()).slice(0, 10);
  await startLab(['run', sweep, '--notebook', fresh], { prefix }).result;
  const after = there(new Date().toISOString()).slice(0, 10);
  const [folder = ''] = readdirSync(join(fresh, 'entries'));
  expect([before, after]).toContain(folder.slice(0, 10));
});
