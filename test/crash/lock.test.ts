import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskFileSystem } from '../../electron/lab/disk/files.ts';
import { guardedFileSystem } from '../../electron/lab/disk/guarded-files.ts';
import { currentWriter, takeLock } from '../../electron/lab/disk/lock.ts';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { bundleProgram, type Bundle } from './bundle.ts';
import { withoutLinks } from './without-links.ts';

let program: Bundle;
let notebook: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  program = await bundleProgram('locking-program.ts');
  notebook = mkdtempSync(join(tmpdir(), 'creasebook-lock-'));
});

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  program.remove();
  rmSync(notebook, { recursive: true, force: true });
});

interface Contender {
  readonly child: ChildProcess;
  /** First line of its output, or all of it where there is no line. */
  readonly line: Promise<string>;
  readonly ended: Promise<void>;
}

function contend(dir: string, ...args: string[]): Contender {
  const child = spawn(process.execPath, [program.path, dir, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  let output = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const line = new Promise<string>((resolve) => {
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.includes('\n')) resolve(output.trim());
    });
    child.on('close', () => resolve(output.trim()));
  });
  void ended.then(() => children.delete(child));
  return { child, line, ended };
}

function folder(): string {
  return mkdtempSync(join(notebook, 'case-'));
}

const now = new Date('2026-11-20T12:00:00Z');

test('of processes that open one notebook at once, one at a time is inside', async () => {
  const dir = folder();
  const contenders = Array.from({ length: 4 }, () => contend(dir, 'rounds', '25'));
  const outcomes = (await Promise.all(contenders.map(({ line }) => line))).map(
    (line) => JSON.parse(line) as { taken: number; refused: number },
  );
  expect(outcomes.map(({ taken }) => taken)).toEqual([25, 25, 25, 25]);
  expect(outcomes.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(0);
  expect(readdirSync(join(dir, '.lock')).length).toBeLessThanOrEqual(5);
});

test('a lock whose owner was killed is taken over by exactly one of those who find it', async () => {
  const dir = folder();
  let owner = contend(dir, 'hold');
  expect(await owner.line).toBe('taken');
  for (let round = 0; round < 3; round++) {
    owner.child.kill('SIGKILL');
    await owner.ended;
    const contenders = Array.from({ length: 4 }, () => contend(dir, 'hold'));
    const lines = await Promise.all(contenders.map(({ line }) => line));
    expect([...lines].sort()).toEqual(['locked', 'locked', 'locked', 'taken']);
    owner = contenders[lines.indexOf('taken')];
  }
  owner.child.kill('SIGKILL');
  await owner.ended;
});

test('a notebook in use is refused with the process named, opens for reading, and says who writes', async () => {
  const dir = folder();
  const owner = contend(dir, 'hold');
  expect(await owner.line).toBe('taken');
  await expect(openNotebook(dir, { mode: 'write' })).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringContaining(`Process ${owner.child.pid} is writing`) as string,
  });
  const reading = await openNotebook(dir, { mode: 'read' });
  expect(await reading.writerElsewhere()).toMatchObject({ pid: owner.child.pid });
  owner.child.kill('SIGKILL');
  await owner.ended;
  expect(await reading.writerElsewhere()).toBeNull();
  await reading.close();
});

test('the same process cannot open a notebook for writing twice', async () => {
  const dir = folder();
  const first = await openNotebook(dir, { mode: 'write' });
  await expect(openNotebook(dir, { mode: 'write' })).rejects.toMatchObject({ code: 'locked' });
  await first.close();
  await (await openNotebook(dir, { mode: 'write' })).close();
});

/** A notebook whose lock is this process's own, changed. */
async function lockedBy(changes: Record<string, unknown>): Promise<string> {
  const dir = folder();
  await takeLock(diskFileSystem, dir, now);
  const path = join(dir, '.lock', '1');
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...changes }));
  return dir;
}

test.skipIf(process.platform !== 'linux')(
  'a lock of an earlier life of this machine, or of a process number used again, is stale',
  async () => {
    for (const changes of [{ boot: 'another' }, { started: '1' }, { pid: 2 ** 22 + 1 }, { released: true }]) {
      const dir = await lockedBy(changes);
      expect(await currentWriter(diskFileSystem, dir)).toBeNull();
      await (await takeLock(diskFileSystem, dir, now)).release();
    }
  },
);

test.skipIf(process.platform !== 'linux')(
  'a lock of another computer or container holds, and says which and what to do',
  async () => {
    const other = await lockedBy({ host: 'elsewhere', pid: 77 });
    await expect(takeLock(diskFileSystem, other, now)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(
        /Process 77 on the computer 'elsewhere'.*delete the file \.lock\/1/,
      ) as string,
    });
    const container = await lockedBy({ namespace: 'pid:[1]', pid: 77 });
    await expect(takeLock(diskFileSystem, container, now)).rejects.toMatchObject({ code: 'locked' });
  },
);

test('who reads an old listing of the locks takes none that was used and removed long ago', async () => {
  const dir = folder();
  for (let number = 1; number <= 8; number++) await (await takeLock(diskFileSystem, dir, now)).release();
  await takeLock(diskFileSystem, dir, now);
  const names = readdirSync(join(dir, '.lock')).sort();
  expect(names).toEqual(['6', '7', '8', '9']);
  let listings = 0;
  const late = {
    ...diskFileSystem,
    list: async (path: string) => (listings++ === 0 ? ['1'] : diskFileSystem.list(path)),
  };
  await expect(takeLock(late, dir, now)).rejects.toMatchObject({ code: 'locked' });
  expect(listings).toBe(3);
  expect(readdirSync(join(dir, '.lock')).sort()).toEqual(names);
});

test('a lock file that says nothing is taken over', async () => {
  const dir = folder();
  mkdirSync(join(dir, '.lock'));
  for (const text of ['', '{', '{"pid":-1}', 'x'.repeat(10_000)]) {
    writeFileSync(join(dir, '.lock', '7'), text);
    const lock = await takeLock(diskFileSystem, dir, now);
    await lock.release();
    rmSync(join(dir, '.lock'), { recursive: true });
    mkdirSync(join(dir, '.lock'));
  }
});

test('without hard links, a lock that is filled slowly is not taken from under its owner', async () => {
  for (let round = 0; round < 8; round++) {
    const dir = folder();
    const timing = { beatMs: 30_000, silenceMs: 300_000, graceMs: round % 2 === 0 ? 50 : 200, yieldMs: 2000 };
    // The second finds the first one's file still empty, and is late with its own.
    const first = takeLock(withoutLinks({ fillMs: 250 + 20 * round }), dir, now, timing);
    await sleep(100);
    const second = takeLock(
      withoutLinks({ makeMs: 400, fillMs: 15 * round }),
      dir,
      new Date(+now + 1),
      timing,
    );
    const outcomes = await Promise.allSettled([first, second]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  }
});

test('of many that start at once without hard links, none is ever inside beside another', async () => {
  const timing = { beatMs: 30_000, silenceMs: 300_000, graceMs: 20, yieldMs: 2000 };
  for (let round = 0; round < 12; round++) {
    const dir = folder();
    const random = (): number => Math.random() * 60;
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(async (contender) => {
        await sleep(random() / 4);
        const fs = withoutLinks({ makeMs: random(), fillMs: random() });
        return takeLock(fs, dir, new Date(+now + contender), timing);
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
  }
});

describe('a lock with signs of life', () => {
  const timing = { beatMs: 50, silenceMs: 1000, graceMs: 100, yieldMs: 2000 };

  /** Makes the lock of a notebook look as if it were another computer's, last written `ageMs` ago. */
  function movedElsewhere(dir: string, ageMs: number): void {
    const path = join(dir, '.lock', '1');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(text) as object), host: 'elsewhere' }));
    const time = (Date.now() - ageMs) / 1000;
    utimesSync(path, time, time);
  }

  test('is taken over from another computer once it was silent for long enough, and says so', async () => {
    const dir = folder();
    await takeLock(diskFileSystem, dir, now, { ...timing, beatMs: 60_000 });
    movedElsewhere(dir, 500);
    await expect(takeLock(diskFileSystem, dir, now, timing)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining('or wait five minutes') as string,
    });
    movedElsewhere(dir, 1500);
    const lock = await takeLock(diskFileSystem, dir, now, timing);
    expect(lock.takenOver).toMatch(/on the computer 'elsewhere' gave no sign of life/);
    await lock.release();
  });

  test('is not taken from a holder that gives none because it is of an earlier version', async () => {
    const dir = await lockedBy({ host: 'elsewhere', beat: undefined });
    utimesSync(join(dir, '.lock', '1'), 1, 1);
    await expect(takeLock(diskFileSystem, dir, now, timing)).rejects.toMatchObject({ code: 'locked' });
  });

  test('is written again and again while it is held, by the clock of the file server', async () => {
    const dir = folder();
    const lock = await takeLock(diskFileSystem, dir, now, timing);
    utimesSync(join(dir, '.lock', '1'), 1, 1);
    await expect
      .poll(async () => (await diskFileSystem.facts(join(dir, '.lock', '1')))?.modifiedMs ?? 0)
      .toBeGreaterThan(Date.now() - 60_000);
    await lock.release();
  });

  test('is found lost before anything more is written, and the notebook found gone', async () => {
    const dir = folder();
    const lock = await takeLock(diskFileSystem, dir, now, { ...timing, beatMs: 60_000 });
    const fs = guardedFileSystem(diskFileSystem, dir, () => lock.check());
    const file = await fs.open(join(dir, 'log'), 'create');
    await file.write(new Uint8Array(3), 0);
    // Left behind by somebody who ended before he had looked at the others.
    writeFileSync(join(dir, '.lock', '2'), '');
    await file.write(new Uint8Array(3), 0);
    // Somebody who gives way again, and somebody who worked here meanwhile.
    const own = readFileSync(join(dir, '.lock', '1'), 'utf8');
    const other = { ...(JSON.parse(own) as object), host: 'elsewhere' };
    writeFileSync(join(dir, '.lock', '3'), JSON.stringify(other));
    const waiting = file.write(new Uint8Array(3), 0);
    await sleep(200);
    rmSync(join(dir, '.lock', '3'));
    await waiting;
    writeFileSync(join(dir, '.lock', '3'), JSON.stringify({ ...other, released: true }));
    await expect(file.write(new Uint8Array(3), 3)).rejects.toMatchObject({ code: 'locked' });
    await expect(fs.makeFolder(join(dir, 'more'))).rejects.toMatchObject({ code: 'locked' });
    expect(await file.size()).toBe(3);
    rmSync(join(dir, '.lock'), { recursive: true });
    await expect(file.write(new Uint8Array(3), 3)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('is gone') as string,
    });
    await file.close();
  });
});

test('what a killed process trained is told no longer once another has taken the lock over', async () => {
  const dir = await lockedBy({ pid: 2 ** 22 + 1 });
  writeFileSync(join(dir, '.lock', '1.cells'), '["left of behind"]');
  const lock = await takeLock(diskFileSystem, dir, now);
  await lock.tellCells(new Set(['one of two']));
  expect(readdirSync(join(dir, '.lock')).sort()).toEqual(['1', '2', '2.cells']);
  expect((await currentWriter(diskFileSystem, dir))?.cells).toEqual(new Set(['one of two']));
  await lock.release();
  expect(readdirSync(join(dir, '.lock')).sort()).toEqual(['1', '2']);
});

test('locks that nobody can have made keep nobody out', async () => {
  const dir = folder();
  mkdirSync(join(dir, '.lock', '7'), { recursive: true });
  await (await takeLock(diskFileSystem, dir, now)).release();
  const stale = readFileSync(join(dir, '.lock', '8'), 'utf8');
  for (const number of ['999999999999999', '999999999999998', '12345678901234567890']) {
    writeFileSync(join(dir, '.lock', number), stale);
    await (await takeLock(diskFileSystem, dir, now)).release();
    await (await takeLock(diskFileSystem, dir, now)).release();
  }
  const huge = await lockedBy({ pid: 2 ** 40 });
  await (await takeLock(diskFileSystem, huge, now)).release();
});

test('a lock that is no folder keeps nobody from reading, and says what is wrong to whoever writes', async () => {
  const dir = folder();
  writeFileSync(join(dir, '.lock'), 'x');
  expect(await currentWriter(diskFileSystem, dir)).toBeNull();
  await expect(takeLock(diskFileSystem, dir, now)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('not a folder') as string,
  });
});
