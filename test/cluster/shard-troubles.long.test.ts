/** A worker whose disk is full or may not be written to, and one whose program is of another version than who collects. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lab, labJson, temporaryLab } from '../electron/cli/lab-process.ts';
import { absenceOf } from './requirements.ts';
import { silence } from './silent-attempts.ts';
import { expectLinks, uninterrupted, walkedSweep } from './walked-lab.ts';

const absence = absenceOf({ mount: ['mount', 'umount'] });
const sweep = walkedSweep(2, 200);

describe('a shard', () => {
  const places: { remove(): void }[] = [];
  const mounted: string[] = [];
  afterAll(() => {
    for (const folder of mounted) spawnSync('umount', ['--lazy', folder]);
    for (const { remove } of places) remove();
  });

  async function job(): Promise<{ folder: string; notebook: string }> {
    const place = temporaryLab(sweep);
    places.push(place);
    const words = ['--on', 'script:pbs', '--shards', '1', '--threads', '1', '--notebook', place.notebook];
    const { folder } = await labJson<{ folder: string }>('submit', place.sweep, ...words);
    return { folder, notebook: place.notebook };
  }

  function work(folder: string): { code: number | null; lines: string[] } {
    const words = [join(folder, 'program/dist/node/work.js'), folder, '--shard', '1', '--threads', '1'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    return { code: status, lines: `${stdout}${stderr}`.trimEnd().split('\n') };
  }

  function mount(...words: string[]): void {
    const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  }

  it.skipIf(absence !== null)(
    `fault: its disk is full, then may not be written to: the task fails with a line, and ends the shard once it can${absence === null ? '' : `: left out, ${absence}`}`,
    async () => {
      const links = uninterrupted(sweep);
      const { folder, notebook } = await job();
      const [shard, kept] = [join(folder, 'shards/1'), join(folder, 'kept')];
      cpSync(shard, kept, { recursive: true });
      mount('-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', shard);
      mounted.push(shard);
      cpSync(kept, shard, { recursive: true });
      const full = work(folder);
      expect(full.code, full.lines.join('\n')).toBe(1);
      expect(full.lines.at(-1)).toMatch(/ended: 0 of 2 cells, stopped: .*(full|space|room)/i);
      mount('-o', 'remount,ro,size=64m', shard);
      const readOnly = work(folder);
      expect([readOnly.code, readOnly.lines.length]).toEqual([1, 1]);
      mount('-o', 'remount,rw,size=64m', shard);
      expect(work(folder)).toMatchObject({ code: 0 });
      // Whoever collects renames folders, and this one is a disk.
      cpSync(shard, kept, { recursive: true });
      expect(spawnSync('umount', [shard]).status).toBe(0);
      cpSync(kept, shard, { recursive: true });
      rmSync(kept, { recursive: true });
      silence(folder);
      expect((await lab('collect', 'walk', '--notebook', notebook)).stdout).toMatch(/^2 cells taken/);
      await expectLinks(notebook, 2, links);
    },
  );

  it('its program is of another version than who collects: the same links', async () => {
    const links = uninterrupted(sweep);
    const { folder, notebook } = await job();
    const script = 'dist/node/work.js';
    appendFileSync(join(folder, 'program', script), '\n// Another version.\n');
    const path = join(folder, 'job.json');
    const json = JSON.parse(readFileSync(path, 'utf8')) as { program: { version: string; files: object } };
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, 'program', script)))
      .digest('hex');
    const program = { version: '0.0.1', files: { ...json.program.files, [script]: digest } };
    writeFileSync(path, JSON.stringify({ ...json, program }));
    expect(work(folder)).toMatchObject({ code: 0 });
    expect((await lab('collect', 'walk', '--notebook', notebook)).stdout).toBe(
      '2 cells taken, 1 jobs done\n',
    );
    await expectLinks(notebook, 2, links);
  });
});
