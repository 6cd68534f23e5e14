/** Jobs through the command line: made, worked on by real processes, collected; what lies in their folders may be hostile. */
import {
  appendFileSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silence } from '../../cluster/silent-attempts.ts';
import { lab, labJson, temporaryLab, tinySweep, type ShownEntry } from './lab-process.ts';

const sweep = tinySweep.replace('[130, 65]', '[130, 65, 33, 17]');
const local = temporaryLab(sweep);
const place = temporaryLab(sweep);
const there = ['--notebook', place.notebook];
let entry: string;
let links: string;

/** Makes a job of two shards that a person would hand in. */
async function submitted(): Promise<string> {
  const words = ['--on', 'script:pbs', '--shards', '2', '--threads', '1'];
  const { folder } = await labJson<{ folder: string }>('submit', place.sweep, ...words, ...there);
  return folder;
}

/** Starts the worker that a job brings along. */
function worker(job: string, shard: number, options: readonly string[] = []) {
  const words = [
    ...options,
    join(job, 'program/dist/node/work.js'),
    job,
    '--shard',
    String(shard),
    '--threads',
    '1',
  ];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (text: Buffer) => (said += text.toString()));
  const end = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, said }));
  });
  return { child, end };
}

/** Last links of all cells, in the order of their ids. */
async function linksOf(notebook: string): Promise<string> {
  const [{ folder }] = await labJson<{ folder: string }[]>('ls', '--notebook', notebook);
  const rows = await labJson<ShownEntry>('show', 'tiny', '--notebook', notebook);
  expect(rows.cells.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished', 'finished']);
  const chain = await lab('verify', 'tiny', '--notebook', notebook);
  expect(chain.code, chain.stderr).toBe(0);
  const index = readFileSync(join(notebook, 'entries', folder, 'cells.index'));
  const found = new Map<string, string>();
  for (let at = 12; at + 160 <= index.length;) {
    // A frame has a length, a checksum and a version before its rows.
    const row = index.subarray(at, at + 160);
    found.set(row.subarray(0, 8).toString('hex'), row.subarray(32, 64).toString('hex'));
    at += 160;
    const isFrame =
      at + 12 <= index.length && (index.readUInt32LE(at) - 4) % 160 === 0 && index.readUInt32LE(at + 8) === 1;
    if (isFrame) at += 12;
  }
  return [...found].sort().join('\n');
}

function attemptsOf(job: string, shard: number): string[] {
  const folder = join(job, 'shards', String(shard));
  return readdirSync(folder).filter((name) => name !== 'cells.json');
}

beforeAll(async () => {
  expect((await lab('run', local.sweep, '--engine', 'wasm', '--notebook', local.notebook)).code).toBe(0);
  links = await linksOf(local.notebook);
  await submitted();
  entry = join(place.notebook, 'entries', readdirSync(join(place.notebook, 'entries'))[0]);
  rmSync(join(entry, 'jobs'), { recursive: true });
});
afterAll(() => [local, place].forEach(({ remove }) => remove()));

describe('a job', () => {
  it('trains to the links of an uninterrupted run, whoever is killed or stopped meanwhile and however often', async () => {
    const job = await submitted();
    let ended = false;
    for (let round = 0; round < 12 && !ended; round++) {
      const workers = [worker(job, 1), worker(job, 1)];
      const timer = setTimeout(
        () => workers[0].child.kill(round % 2 === 0 ? 'SIGKILL' : 'SIGTERM'),
        400 + 150 * round,
      );
      const ends = await Promise.all(workers.map(({ end }) => end));
      clearTimeout(timer);
      ended = ends.every(({ code }) => code === 0);
    }
    expect((await worker(job, 1).end).code).toBe(0);
    expect((await worker(job, 2).end).code).toBe(0);
    expect((await lab('collect', 'tiny', ...there)).code).toBe(0);
    expect(await linksOf(place.notebook)).toBe(links);
    // What was killed a moment ago might still be at work: its folder goes once it has been silent for long enough.
    silence(job);
    expect((await lab('collect', 'tiny', ...there)).stdout).toMatch(/^0 cells taken/);
    expect(existsSync(job)).toBe(false);
    const again = await lab('collect', 'tiny', ...there);
    expect(again.stdout).toBe('0 cells taken, 0 jobs done\n');
    expect((await lab('submit', 'tiny', '--on', 'script:pbs', ...there)).stdout).toMatch(
      /Nothing to submit: 4 cells finished/,
    );
  });
});

/** Has a worker be asked to stop at its first word, before it trains. */
const stopAtOnce = `const write = process.stdout.write; process.stdout.write = function (...words) { process.stdout.write = write; process.kill(process.pid, 'SIGTERM'); return write.apply(this, words); };`;

it.skipIf(sep === '\\')(
  'below a folder with a backslash in its name no job is made, and it says why',
  async () => {
    const notebook = join(place.folder, 'back\\slash');
    const submission = await lab('submit', place.sweep, '--on', 'script:pbs', '--notebook', notebook);
    expect(submission.code).toBe(2);
    expect(submission.stderr).toMatch(/no program from a folder with a backslash in its path/);
    const [folder] = readdirSync(join(notebook, 'entries'));
    expect(existsSync(join(notebook, 'entries', folder, 'jobs'))).toBe(false);
    rmSync(notebook, { recursive: true });
  },
);

it('fault: slices too short for any progress: three are given again, then it says so instead of going on for ever', async () => {
  rmSync(join(entry, 'jobs'), { recursive: true, force: true });
  for (const name of ['packs', 'cells.index']) rmSync(join(entry, name), { recursive: true, force: true });
  const job = await submitted();
  const codes: (number | null)[] = [];
  for (let slice = 0; slice < 4; slice++) {
    const { end } = worker(job, 1, ['--import', `data:text/javascript,${encodeURIComponent(stopAtOnce)}`]);
    const { code, said } = await end;
    codes.push(code);
    if (slice === 3) expect(said).toMatch(/stopped before anything new was recorded: ask for more time/);
  }
  expect(codes).toEqual([75, 75, 75, 1]);
  expect((await worker(job, 1).end).code).toBe(0);
});

describe('what lies in the folder of a job', () => {
  /** A job whose shards are trained. */
  async function trained(): Promise<string> {
    rmSync(join(entry, 'packs'), { recursive: true, force: true });
    rmSync(join(entry, 'cells.index'), { force: true });
    rmSync(join(entry, 'jobs'), { recursive: true, force: true });
    const job = await submitted();
    for (const shard of [1, 2]) expect((await worker(job, shard).end).code).toBe(0);
    return job;
  }
  const kept = temporaryLab();
  const keptJob = join(kept.folder, 'job');
  let id: string;
  beforeAll(async () => {
    const job = await trained();
    id = job.slice(-8);
    cpSync(job, keptJob, { recursive: true });
  });
  afterAll(kept.remove);

  /** The same trained job again in an entry without results, before something is done to it. */
  function again(): string {
    for (const name of ['packs', 'cells.index', 'jobs'])
      rmSync(join(entry, name), { recursive: true, force: true });
    const job = join(entry, 'jobs', id);
    mkdirSync(join(entry, 'jobs'));
    cpSync(keptJob, job, { recursive: true });
    return job;
  }

  const attacks: [string, (pack: string, attempt: string, job: string) => void, RegExp, number][] = [
    [
      'a flipped byte',
      (pack) => {
        const bytes = readFileSync(pack);
        bytes[1000] ^= 1;
        writeFileSync(pack, bytes);
      },
      /was damaged; it was not taken/,
      3,
    ],
    [
      'another id before its records',
      (pack, _attempt, job) => {
        const other = JSON.parse(readFileSync(join(job, 'shards/2/cells.json'), 'utf8')) as {
          cells: [string][];
        };
        const bytes = readFileSync(pack);
        bytes.write(other.cells[0][0], 16, 'hex');
        rewriteChecksum(bytes);
        writeFileSync(pack, bytes);
        rmSync(join(job, 'shards/2'), { recursive: true });
      },
      /has the records of another cell/,
      1,
    ],
    [
      'a cell of no entry',
      (pack) => {
        const bytes = readFileSync(pack);
        bytes.write('00112233aabbccdd', 16, 'hex');
        rewriteChecksum(bytes);
        writeFileSync(pack, bytes);
      },
      /is none of this entry/,
      3,
    ],
    [
      'a frame of a gigabyte',
      (pack) => {
        const file = openSync(pack, 'r+');
        const head = Buffer.alloc(8);
        head.writeUInt32LE(1 << 30, 0);
        writeSync(file, head, 0, 8, 0);
        ftruncateSync(file, (1 << 30) + 100);
        closeSync(file);
      },
      /in another length/,
      2,
    ],
    [
      'a link in the place of a pack',
      (pack) => {
        renameSync(pack, `${pack}.moved`);
        symlinkSync(`${pack}.moved`, pack);
      },
      /its pack is no file/,
      2,
    ],
    [
      'a link in the place of an attempt',
      (_pack, attempt, job) => {
        renameSync(attempt, join(job, 'moved'));
        symlinkSync(join(job, 'moved'), attempt);
      },
      /no folder of an attempt/,
      2,
    ],
  ];
  it.each(attacks)('%s is told of, and the other cells are taken', async (_name, attack, words, taken) => {
    const job = again();
    const attempt = join(job, 'shards/1', attemptsOf(job, 1)[0]);
    attack(join(attempt, 'pack'), attempt, job);
    const collected = await lab('collect', 'tiny', '--json', ...there);
    expect(collected.stderr).toMatch(words);
    expect(collected.code).toBe(1);
    expect((JSON.parse(collected.stdout) as { cells: number }).cells).toBe(taken);
    expect(readdirSync(place.folder).sort()).toEqual(['notebook', 'sweep.yaml']);
  });

  it.skipIf(process.getuid?.() !== 0)('the pack of another user is not looked at', async () => {
    const job = again();
    chownSync(join(job, 'shards/1', attemptsOf(job, 1)[0], 'pack'), 12345, 12345);
    const collected = await lab('collect', 'tiny', ...there);
    expect(collected.stderr).toMatch(/belongs to another user/);
    expect(collected.stdout).toBe('2 cells taken, 0 jobs done\n');
  });

  it('a program that was changed trains nothing', async () => {
    const job = await trained();
    appendFileSync(join(job, 'program/dist/kernels/strict.wasm'), 'x');
    const { code, said } = await worker(job, 1).end;
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/program of this job was changed \(dist\/kernels\/strict/),
    ]);
  });
});

/** Has the first frame's checksum fit its payload: CRC-32C, bit by bit. */
function rewriteChecksum(bytes: Buffer): void {
  const length = bytes.readUInt32LE(0);
  let crc = -1;
  for (const byte of bytes.subarray(8, 8 + length)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0x82f63b78 & -(crc & 1));
  }
  bytes.writeUInt32LE(~crc >>> 0, 4);
}
