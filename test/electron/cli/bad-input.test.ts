import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeChunks } from '../../../experiments/formats/png-chunks.ts';
import { expectOneLine } from './one-line.ts';
import { lab, labJson, startLab, temporaryLab, tinySweep, type ShownEntry } from './lab-process.ts';

const place = temporaryLab();
const there = ['--notebook', place.notebook];
afterAll(place.remove);

/** A PNG of nothing but a header that promises this size. */
function emptyPng(width: number, height: number): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  return encodeChunks([
    { type: 'IHDR', data: header },
    { type: 'IDAT', data: deflateSync(new Uint8Array(10)) },
    { type: 'IEND', data: new Uint8Array(0) },
  ]);
}

describe('bad input is one clear line and exit code 2', () => {
  const changes: [string, (sweep: string) => string, RegExp][] = [
    ['an unknown key', (text) => text.replace('epochs:', 'epoch:'), /line 3.*epoch.*did you mean 'epochs'/],
    ['a negative count', (text) => text.replace('[130, 65]', '[-130]'), /line \d+.*points.*-130/],
    ['more points than pixels', (text) => text.replace('130', '1048576'), /1,?048,?576/],
    ['a shape of width 0', (text) => text.replace('[9]*3', '[0]*3'), /line \d+.*shape.*0/],
    ['a shape that is no shape', (text) => text.replace('[9]*3', 'process.exit(1)'), /line \d+.*shape/],
    ['no YAML', () => '{ a: [', /line 1/],
    ['an unknown target', (text) => text.replace('target: ring', 'target: rign'), /rign/],
  ];
  it.each(changes)('%s', async (_name, change, words) => {
    writeFileSync(place.sweep, change(tinySweep));
    expectOneLine(await lab('run', place.sweep, ...there), 2, words);
    expect(await labJson<unknown[]>('ls', ...there)).toEqual([]);
  });

  const pictures: [string, Uint8Array, RegExp][] = [
    ['an unreadable picture', Buffer.from('not a picture'), /picture.png/],
    ['a truncated picture', emptyPng(64, 64), /picture.png/],
    ['a picture of 20,000 x 20,000', emptyPng(20_000, 20_000), /20,?000/],
  ];
  it.each(pictures)('%s', async (_name, bytes, words) => {
    writeFileSync(join(place.folder, 'picture.png'), bytes);
    writeFileSync(place.sweep, tinySweep.replace('target: ring', 'target: picture.png'));
    expectOneLine(await lab('run', place.sweep, ...there), 2, words);
  });

  it.each([
    [['run', '/nowhere/sweep.yaml'], 2, /sweep.yaml: it does not exist/],
    [['fly'], 2, /unknown command 'fly'/],
    [['frame'], 2, /missing/],
    [['hash', 'x.safetensors', '--size', '-4'], 2, /--size/],
    [['hash', 'package.json', '--size', '8'], 2, /./],
    [['show', 'nothing'], 2, /No entry 'nothing'/],
    [['run', 'no-such-sweep.yaml'], 2, /no-such-sweep\.yaml: it does not exist/],
    [['run', 'x.yaml', '--engine', 'abacus'], 2, /--engine must be one of/],
    [['run', 'x.yaml', '--thread', '2'], 2, /--thread/],
  ])('%j', async (args, code, words) => {
    expectOneLine(await lab(...args, ...there), code, words);
  });
});

it('a reader that has had enough, such as head, is no error', async () => {
  const { child, result } = startLab(['help']);
  child.stdout?.destroy();
  expect(await result).toMatchObject({ code: 0, stderr: '' });
});

describe('an unlucky disk is one clear line and loses nothing', () => {
  it('a read-only notebook', async () => {
    const other = temporaryLab();
    mkdirSync(join(other.folder, 'locked'));
    const target = join(other.folder, 'locked');
    // Root may write anywhere, so the file system itself has to refuse.
    const mount = (): void => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'none', target], { stdio: 'ignore' });
    };
    const isRoot = process.getuid?.() === 0;
    if (isRoot) mount();
    else chmodSync(target, 0o500);
    try {
      expectOneLine(await lab('run', other.sweep, '--notebook', target), 1, /read-only|permission/);
    } finally {
      if (isRoot) execFileSync('umount', [target]);
      else chmodSync(target, 0o700);
      other.remove();
    }
  });

  it('a full disk: what was written before is whole, and the run goes on once there is room', async () => {
    const other = temporaryLab();
    // Files may not grow beyond 24 blocks of 512 bytes: the records fill up in the middle of the run.
    const limited = await startLab(['run', other.sweep, '--notebook', other.notebook], {
      prefix: ['bash', '-c', 'ulimit -f 24; exec "$@"', 'bash'],
    }).result;
    expect(limited.code).toBe(1);
    expect(limited.stderr).toMatch(/grow further|full/);
    const shown = await labJson<ShownEntry>('show', 'tiny', '--notebook', other.notebook);
    expect(shown.cells.some(({ epoch }) => (epoch ?? 0) > 0)).toBe(true);
    expect((await lab('verify', 'tiny', '--notebook', other.notebook)).code).toBe(0);
    expect((await lab('run', other.sweep, '--notebook', other.notebook)).code).toBe(0);
    const after = await labJson<ShownEntry>('show', 'tiny', '--notebook', other.notebook);
    expect(after.cells.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect((await lab('verify', 'tiny', '--level', 'rerun', '--notebook', other.notebook)).code).toBe(0);
    other.remove();
  });

  it('a second process on the same notebook', async () => {
    const other = temporaryLab(tinySweep.replace('epochs: 60', 'epochs: 50000'));
    const first = startLab(['run', other.sweep, '--notebook', other.notebook]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const second = await lab('run', other.sweep, '--notebook', other.notebook);
    const shown = await labJson<ShownEntry>('show', 'tiny', '--notebook', other.notebook);
    first.child.kill('SIGTERM');
    await first.result;
    expectOneLine(second, 1, new RegExp(String(first.child.pid)));
    expect(shown.cells.map(({ state }) => state)).toContain('running');
    expect(readdirSync(join(other.notebook, 'entries'))).toHaveLength(1);
    other.remove();
  });
});
