import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diskFileSystem } from '../../electron/lab/disk/files.ts';
import { currentWriter, takeLock } from '../../electron/lab/disk/lock.ts';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { bundleProgram, type Bundle } from './bundle.ts';

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
