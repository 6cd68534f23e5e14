import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { parseNetworkFile } from '../../../experiments/formats/network-file.ts';
import { encodeChunks } from '../../../experiments/formats/png-chunks.ts';
import { encodeSafetensors } from '../../../experiments/formats/safetensors.ts';
import { randomNetwork } from '../../experiments/engines/random-networks.ts';
import { pngFile } from '../../experiments/targets/png-builder.ts';
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
    const entries = join(place.notebook, 'entries');
    expect(existsSync(entries) ? readdirSync(entries) : []).toEqual([]);
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
    [['hash', 'nowhere.onnx', '--size', '8'], 2, /nowhere\.onnx: it does not exist/],
    [['regions', 'nowhere.safetensors'], 2, /nowhere\.safetensors: it does not exist/],
    [['hash', 'x.onnx', '--size', '8', '--slope', '1'], 2, /--slope must be a number from 0 to less than 1/],
    [['help', 'fly'], 2, /unknown command 'fly'/],
  ])('%j', async (args, code, words) => {
    expectOneLine(await lab(...args, ...there), code, words);
  });
});

describe('a network whose file does not tell its slope', () => {
  const file = join(place.folder, 'ring.safetensors');
  const size = ['--size', '8', '--engine', 'wasm', '--threads', '1'];

  it('is drawn with a slope that is said, on stderr and in JSON', async () => {
    writeFileSync(file, encodeSafetensors(randomNetwork({ hidden: [5, 4], outputs: 1 }, 3), {}, false));
    const assumed = await lab('hash', file, ...size, '--json', ...there);
    expect(assumed.stderr).toMatch(
      /ring\.safetensors does not tell the slope of its leaky ReLU, 0\.01 is taken/,
    );
    expect(JSON.parse(assumed.stdout)).toMatchObject({ slope: 0.01, slopeSource: 'assumed' });
    const given = await lab('hash', file, ...size, '--slope', '0', '--json', ...there);
    expect(given.stderr).not.toMatch(/slope/);
    expect(JSON.parse(given.stdout)).toMatchObject({ slope: 0, slopeSource: 'given' });
  });

  it('is written on without one, and not at all where there has to be one', async () => {
    const out = join(place.folder, 'again.safetensors');
    expect((await lab('weights', file, '--out', out, ...there)).code).toBe(0);
    expect(parseNetworkFile(readFileSync(out)).slope).toBeNull();
    const model = join(place.folder, 'again.onnx');
    expect((await lab('weights', file, '--out', model, ...there)).code).toBe(2);
    expect(existsSync(model)).toBe(false);
    expect((await lab('weights', file, '--out', model, '--slope', '0.2', ...there)).code).toBe(0);
    expect(parseNetworkFile(readFileSync(model)).slope).toBe(0.2);
  });
});

it('a picture that is too large is reduced, and it is said how', async () => {
  const lines = Array.from({ length: 2 }, () => Array.from({ length: 5000 }, (_, x) => x % 256));
  writeFileSync(
    join(place.folder, 'wide.png'),
    pngFile({ width: 5000, height: 2, depth: 8, colourType: 0, lines }),
  );
  const text = tinySweep.replace('target: ring', 'target: wide.png').replace('50', '1');
  writeFileSync(place.sweep, text);
  const { code, stderr } = await lab('run', place.sweep, '--dry-run', ...there);
  expect(stderr).toContain('note: the picture was reduced from 5000 x 2 to 2500 x 1 pixels');
  expect(code).toBe(0);
});

it('help of one command is about that one', async () => {
  for (const args of [
    ['help', 'hash'],
    ['hash', '--help'],
    ['hash', 'x', '-h'],
  ]) {
    const { code, stdout } = await lab(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^creasebook hash F\.safetensors/);
    expect(stdout).not.toContain('selftest');
  }
});

it('control characters of a name do not reach the terminal', async () => {
  const other = temporaryLab(
    tinySweep.replace('name: tiny', 'name: "a\\e[31mred\\a\\u202e"').replace('60', '1'),
  );
  const run = await lab(
    'run',
    other.sweep,
    '--engine',
    'wasm',
    '--threads',
    '1',
    '--notebook',
    other.notebook,
  );
  expect(run.code).toBe(0);
  const listed = [
    run,
    await lab('ls', '--notebook', other.notebook),
    await lab('ls', '--json', '--notebook', other.notebook),
  ];
  for (const { stdout, stderr } of listed) expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  expect(listed[1].stdout).toContain('a?[31mred??');
  other.remove();
});

it('a reader that has had enough, such as head, is no error', async () => {
  const { child, result } = startLab(['help']);
  child.stdout?.destroy();
  expect(await result).toMatchObject({ code: 0, stderr: '' });
});

it.each(['stdout', 'stderr'] as const)(
  'a run whose %s nobody reads any more trains to its end and gives the notebook back',
  async (stream) => {
    const { sweep, notebook, remove } = temporaryLab(
      'name: unread\ntarget: ring\nepochs: 300\nsnapshots: { every: 5, preview: 16, truth_stride: 32 }\nparameters:\n  points: { values: [300] }\n  shape: { values: ["[8]*2"] }\n',
    );
    const { child, result } = startLab(['run', sweep, '--notebook', notebook]);
    child[stream]?.destroy();
    expect(await result).toMatchObject({ code: 0, signal: null });
    const [entry] = JSON.parse((await lab('ls', '--json', '--notebook', notebook)).stdout) as {
      cells: { state: string }[];
    }[];
    expect(entry?.cells.map(({ state }) => state)).toEqual(['finished']);
    const locks = readdirSync(join(notebook, '.lock'));
    expect(locks).toEqual(['1']);
    expect(JSON.parse(readFileSync(join(notebook, '.lock', '1'), 'utf8'))).toMatchObject({ released: true });
    remove();
  },
);

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
