/** Archives through the command line, as real processes: what they answer, and what a kill leaves behind. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { goldenNames } from '../lab/exports/stored-entry.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { lab, labJson, startLab, type LabResult } from './lab-process.ts';

const name = goldenNames.find((folder) => folder.includes('pause'))!;
const id = name.slice(-8);
let archive: Buffer;
let notebook: string;
let file: string;

beforeAll(async () => {
  notebook = scratchFolder();
  cpSync('test/fixtures/entries/version-1', join(notebook, 'entries'), { recursive: true });
  file = join(scratchFolder(), 'entry.eln');
  await labJson('export', id, '--out', file, '--notebook', notebook);
  archive = readFileSync(file);
});

/** Expects this exit code and one clear line on stderr, after progress where there was any. */
function expectLastLine({ code, stdout, stderr }: LabResult, expected: number, words: RegExp): void {
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => !/^(?:reading|checking) /.test(line));
  expect(lines).toEqual([expect.stringMatching(words)]);
  expect(lines[0]).not.toMatch(/unexpected error/);
  expect([code, stdout]).toEqual([expected, '']);
}

/** Names of what lies in a notebook's folder of entries, those that are being made among them. */
function entriesOf(folder: string): string[] {
  return existsSync(join(folder, 'entries')) ? readdirSync(join(folder, 'entries')) : [];
}

describe('export and import', () => {
  it('carry an entry from one notebook to another, and back to the same bytes', async () => {
    const other = scratchFolder();
    const imported = await labJson<{ entry: string; id: string; remarks: string[] }>(
      ...['import', file, '--notebook', other],
    );
    expect(imported).toMatchObject({ entry: join(other, 'entries', name), id, remarks: [] });
    const out = join(scratchFolder(), 'out.eln');
    const facts = await labJson<{ bytes: number }>('export', id, '--out', out, '--notebook', other);
    expect(facts.bytes).toBe(archive.length);
    expect(Buffer.compare(readFileSync(out), archive)).toBe(0);
    expect((await lab('verify', id, '--notebook', other)).code).toBe(0);
  });

  it('say in one line what is wrong with an archive, and leave the notebook as it was', async () => {
    const place = scratchFolder();
    const target = scratchFolder();
    const damaged = Buffer.from(archive);
    damaged[damaged.length >> 1]! ^= 1;
    const files: [string, Uint8Array, number, RegExp][] = [
      ['cut.eln', archive.subarray(0, -100), 2, /zip archive/],
      ['damaged.eln', damaged, 2, /archive/],
      ['empty.eln', new Uint8Array(0), 2, /archive/],
      ['text.eln', Buffer.from('name: ring\n'.repeat(100)), 2, /archive/],
    ];
    for (const [fileName, bytes, code, words] of files) {
      const path = join(place, fileName);
      writeFileSync(path, bytes);
      expectLastLine(await lab('import', path, '--notebook', target), code, words);
    }
    expectLastLine(await lab('import', join(place, 'none.eln'), '--notebook', target), 2, /none\.eln.*exist/);
    expectLastLine(await lab('import', place, '--notebook', target), 2, /it is a folder/);
    expectLastLine(await lab('import', '--notebook', target), 2, /argument is missing/);
    expect(entriesOf(target)).toEqual([]);
    const before = entriesOf(notebook);
    expectLastLine(await lab('import', file, '--notebook', notebook), 2, /already/);
    expect(entriesOf(notebook)).toEqual(before);
  });

  it('say in one line what is wrong with an export, and write nothing', async () => {
    const place = scratchFolder();
    const there = ['--notebook', notebook];
    const out = join(place, 'out.eln');
    expectLastLine(await lab('export', 'nothing', '--out', out, ...there), 2, /No entry 'nothing'/);
    expectLastLine(await lab('export', id, '--out', join(place, 'out.zip'), ...there), 2, /must end in/);
    expectLastLine(await lab('export', id, ...there), 2, /--out/);
    expectLastLine(await lab('export', id, '--out', join(place, 'no', 'out.eln'), ...there), 2, /out\.eln/);
    mkdirSync(out);
    expectLastLine(await lab('export', id, '--out', out, ...there), 2, /out\.eln/);
    expect(readdirSync(place)).toEqual(['out.eln']);
    expect(readdirSync(out)).toEqual([]);
  });
});

/**
 * Kills a process as soon as a name that `isSign` appears in `folder`, with a delay that grows by the attempt; whether
 * it was still at work.
 */
async function killedAt(
  args: readonly string[],
  folder: string,
  isSign: (name: string) => boolean,
  attempt: number,
): Promise<boolean> {
  const running = startLab(args);
  const watcher = watch(folder, (_kind, changed) => {
    if (changed !== null && isSign(changed)) setTimeout(() => running.child.kill('SIGKILL'), attempt);
  });
  const { signal } = await running.result;
  watcher.close();
  return signal === 'SIGKILL';
}

const attempts = [0, 0, 1, 2, 4, 8];

it('an export that is killed leaves the old file or the new one under its name', async () => {
  const place = scratchFolder();
  const out = join(place, 'out.eln');
  let kills = 0;
  for (const attempt of attempts) {
    writeFileSync(out, 'old');
    const args = ['export', id, '--out', out, '--notebook', notebook];
    if (await killedAt(args, place, (sign) => sign.endsWith('.tmp'), attempt)) kills += 1;
    const found = readFileSync(out);
    if (found.toString() !== 'old') expect(Buffer.compare(found, archive)).toBe(0);
  }
  expect(kills).toBeGreaterThan(0);
});

it('an import that is killed leaves no entry or a whole one, and the next one puts it in', async () => {
  let kills = 0;
  for (const attempt of attempts) {
    const target = scratchFolder();
    mkdirSync(join(target, 'entries'));
    const args = ['import', file, '--notebook', target];
    if (await killedAt(args, join(target, 'entries'), (sign) => sign.startsWith('.new-'), attempt))
      kills += 1;
    const listed = await labJson<{ id: string }[]>('ls', '--notebook', target);
    if (listed.length === 0) {
      const again = await lab(...args);
      expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('creasebook:')]);
    }
    expect(entriesOf(target)).toEqual([name]);
    expect((await lab('verify', id, '--notebook', target)).code).toBe(0);
    rmSync(target, { recursive: true });
  }
  expect(kills).toBeGreaterThan(0);
});
