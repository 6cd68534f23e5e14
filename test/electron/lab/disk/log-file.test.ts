import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { diskFileSystem, readWhole, type FileSystem } from '../../../../electron/lab/disk/files.ts';
import { LogFile } from '../../../../electron/lab/disk/log-file.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const record = (number: number): Uint8Array => new Uint8Array(40).fill(number);

async function append(log: LogFile, number: number): Promise<void> {
  await log.append(record(number));
  await log.sync();
}

/** First bytes of the records that a reader of a file finds. */
async function recordsIn(path: string): Promise<(number | undefined)[]> {
  const log = new LogFile(diskFileSystem, path, false);
  const found: (number | undefined)[] = [];
  await log.scan((payload) => void found.push(payload[0]));
  await log.close();
  return found;
}

/** A log of three records below a folder. */
async function writtenLog(): Promise<{ folder: string; path: string; log: LogFile }> {
  const folder = temporaryFolder();
  const path = join(folder, 'entry', 'cells', 'cell', 'records');
  mkdirSync(join(folder, 'entry'));
  const log = new LogFile(diskFileSystem, path, true);
  for (const number of [1, 2, 3]) await append(log, number);
  onTestFinished(() => log.close());
  return { folder, path, log };
}

test.each([
  ['removed', (path: string) => rmSync(path)],
  ['removed with its folder', (path: string) => rmSync(join(path, '..'), { recursive: true })],
  [
    'moved with its entry',
    (path: string) => renameSync(join(path, '../../..'), join(path, '../../../../away')),
  ],
])('a log that was %s is not written on, and not made anew', async (_what, change) => {
  const { path, log } = await writtenLog();
  change(path);
  for (const number of [4, 5])
    await expect(append(log, number)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('is gone') as string,
    });
  await log.cutBack(log.end, log.frames);
  expect(existsSync(path)).toBe(false);
});

test.each([
  ['cut', (path: string) => truncateSync(path, statSync(path).size - 5)],
  [
    'replaced by another one',
    (path: string) => {
      writeFileSync(`${path}.new`, new Uint8Array(statSync(path).size + 100));
      renameSync(`${path}.new`, path);
    },
  ],
])('a log that was %s is left as it is', async (_what, change) => {
  const { path, log } = await writtenLog();
  change(path);
  const before = readFileSync(path);
  await expect(append(log, 4)).rejects.toMatchObject({ code: 'damaged' });
  await log.cutBack(log.end, log.frames);
  await expect(append(log, 4)).rejects.toMatchObject({ code: 'damaged' });
  expect(readFileSync(path)).toEqual(before);
});

test('a log that a sync tool replaced by its copy is written on', async () => {
  const { path, log } = await writtenLog();
  writeFileSync(`${path}.copy`, readFileSync(path));
  renameSync(`${path}.copy`, path);
  await append(log, 4);
  expect(await recordsIn(path)).toEqual([1, 2, 3, 4]);
});

test('what another program appended is set aside, not overwritten', async () => {
  const { path, log } = await writtenLog();
  appendFileSync(path, 'merged in');
  await append(log, 4);
  expect(await recordsIn(path)).toEqual([1, 2, 3, 4]);
  expect(readFileSync(`${path}.damaged-1`, 'utf8')).toBe('merged in');
});

test('a damaged end of any size is set aside piece by piece', async () => {
  const { path, log } = await writtenLog();
  await log.close();
  const good = statSync(path).size;
  truncateSync(path, 100_000_000);
  let largest = 0;
  const fs: FileSystem = {
    ...diskFileSystem,
    open: async (...args) => {
      const file = await diskFileSystem.open(...args);
      const read: typeof file.read = (target, position) => {
        largest = Math.max(largest, target.length);
        return file.read(target, position);
      };
      return { ...file, read };
    },
  };
  const damaged = new LogFile(fs, path, true);
  await damaged.scan(() => undefined);
  expect(await damaged.setDamageAside()).toBe('records.damaged-1');
  await damaged.close();
  expect(largest).toBeLessThan(10_000_000);
  expect(statSync(path).size).toBe(good);
  expect(statSync(`${path}.damaged-1`).size).toBe(100_000_000 - good);
});

test(
  'however many logs are looked at, at most 64 stay open',
  { skip: process.platform !== 'linux' },
  async () => {
    const folder = temporaryFolder();
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    const logs: LogFile[] = [];
    for (let number = 0; number < 200; number++) {
      const log = new LogFile(diskFileSystem, join(folder, `log-${number}`), true);
      await append(log, number);
      logs.push(log);
    }
    expect(descriptors() - before).toBeLessThan(80);
    const first = await Promise.all(logs.map((log) => log.read({ offset: 0, length: 40 })));
    expect(first.map(([byte]) => byte)).toEqual(logs.map((_, number) => number));
    expect(descriptors() - before).toBeLessThan(80);
    await Promise.all(logs.map((log) => log.close()));
  },
);

test('a log that nobody uses is closed after a while and read again all the same', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  try {
    let open = 0;
    const fs: FileSystem = {
      ...diskFileSystem,
      open: async (...args) => {
        const file = await diskFileSystem.open(...args);
        open++;
        const close: typeof file.close = () => {
          open--;
          return file.close();
        };
        return { ...file, close };
      },
    };
    const log = new LogFile(fs, join(temporaryFolder(), 'log'), true);
    await append(log, 7);
    expect(open).toBe(1);
    await vi.waitFor(() => expect(open).toBe(0), { timeout: 10_000 });
    expect((await log.read({ offset: 0, length: 40 }))[0]).toBe(7);
    await append(log, 8);
    await log.close();
    expect(open).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a pipe is refused at once instead of waited for', { skip: process.platform === 'win32' }, async () => {
  const folder = temporaryFolder();
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await expect(readWhole(diskFileSystem, join(folder, 'pipe'), 100)).rejects.toMatchObject({
    code: 'damaged',
    message: expect.stringContaining('no plain file') as string,
  });
});
