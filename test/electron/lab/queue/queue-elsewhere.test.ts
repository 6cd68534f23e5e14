import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { changeQueue, readQueue } from '../../../../electron/lab/queue/queue-elsewhere.ts';
import { wishFor, WishTaker } from '../../../../electron/lab/queue/queue-wishes.ts';
import { lab } from '../../cli/lab-process.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { openSmallLab, smallSweep, type SmallLab } from '../small-lab.ts';

const long = (name: string): string =>
  smallSweep.replace(/^name: .*/m, `name: ${name}`).replace(/^epochs: .*/m, 'epochs: 100000');

describe('a queue that the app has', () => {
  let small: SmallLab;
  let [one, two] = ['', ''];
  const command = (...args: string[]) => lab('queue', ...args, '--notebook', small.folder);
  const states = async () =>
    (await small.client.call('queue.read', {})).items.map(({ entryId, state }) => [entryId, state]);

  beforeAll(async () => {
    small = await openSmallLab();
    await small.client.call('queue.pause', {});
    one = (await small.client.call('queue.add', { yaml: long('one'), first: false })).entryId;
    two = (await small.client.call('queue.add', { yaml: long('two'), first: false })).entryId;
  });
  afterAll(() => small.lab.close());

  it('is changed by another process, which shows it as it is then', async () => {
    const moved = await command('move', two);
    expect(moved).toMatchObject({ code: 0, stderr: '' });
    expect(moved.stdout.indexOf('two')).toBeLessThan(moved.stdout.indexOf('one'));
    expect((await states()).map(([entryId]) => entryId)).toEqual([two, two, one, one]);

    await small.client.call('queue.resume', {});
    await expect.poll(states).toContainEqual([two, 'running']);
    expect(await command('pause', two, one)).toMatchObject({ code: 0 });
    await expect
      .poll(async () => new Set((await states()).map(([, state]) => state)))
      .toEqual(new Set(['paused']));
    expect((await small.client.call('queue.read', {})).state).toBe('running');

    const [first] = (await small.client.call('queue.read', {})).items;
    expect(await command('cancel', `${two}:${first?.cellId.slice(0, 8)}`)).toMatchObject({ code: 0 });
    expect((await states()).map(([, state]) => state)).toEqual(['cancelled', 'paused', 'paused', 'paused']);
    expect(await command('cancel', '--all')).toMatchObject({ code: 0 });
    expect(new Set((await states()).map(([, state]) => state))).toEqual(new Set(['cancelled']));
    expect(readdirSync(join(small.folder, '.wishes'))).toEqual([]);
  });

  it('says in one line what it does not understand', async () => {
    const problems = [
      [['halt'], /must be one of pause, resume, cancel, move/],
      [['cancel'], /say which ENTRY or ENTRY:CELL, or --all/],
      [['move'], /say which ENTRY or ENTRY:CELL/],
      [['pause', 'nothing'], /nothing/],
      [['resume', `${one}:ffff`], /has no cell ffff/],
    ] as const;
    for (const [args, words] of problems) {
      const { code, stderr } = await command(...args);
      expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
      expect(stderr).toMatch(words);
    }
  });
});

it('a queue that nobody has is changed on disk, for the next start', async () => {
  const small = await openSmallLab();
  await small.client.call('queue.pause', {});
  const { entryId, items } = await small.client.call('queue.add', { yaml: long('later'), first: false });
  await small.lab.close();
  await changeQueue(small.folder, { action: 'cancel', items: [items[0] ?? ''] });
  await changeQueue(small.folder, { action: 'resume' });
  const queue = await readQueue(small.folder);
  expect([queue.state, queue.items.map(({ state }) => state)]).toEqual(['running', ['cancelled', 'queued']]);
  expect(queue.items.every((item) => item.entryId === entryId)).toBe(true);
});

it('a process that takes no wishes is told of, and nothing lies about; what nobody understands is left', async () => {
  const folder = scratchFolder();
  await expect(wishFor(diskFileSystem, folder, { action: 'pause' }, 300)).rejects.toThrow(/nothing was/);
  expect(readdirSync(join(folder, '.wishes'))).toEqual([]);

  const done: unknown[] = [];
  const queue = {
    open: () => ['aaaaaaaa/0000000000000001'],
    pause: (items?: readonly string[]) => Promise.resolve(void done.push(items)),
    cancel: () => Promise.reject(new Error('the disk is full')),
  };
  const taker = new WishTaker(diskFileSystem, folder, queue as never);
  mkdirSync(join(folder, '.wishes'), { recursive: true });
  const stray = '0123456789abcdef.json';
  writeFileSync(join(folder, '.wishes', stray), '{"action":"pau');
  writeFileSync(join(folder, '.wishes', 'notes.txt'), 'mine');
  const looking = setInterval(() => void taker.look(), 20);
  await wishFor(diskFileSystem, folder, { action: 'pause' }, 60_000);
  await wishFor(diskFileSystem, folder, { action: 'pause', entryId: 'aaaaaaaa' }, 60_000);
  await expect(wishFor(diskFileSystem, folder, { action: 'cancel' }, 60_000)).rejects.toThrow(
    'the disk is full',
  );
  clearInterval(looking);
  expect(done).toEqual([undefined, ['aaaaaaaa/0000000000000001']]);
  expect(readdirSync(join(folder, '.wishes')).sort()).toEqual([stray, 'notes.txt']);
});

it('wishes that cannot be removed do not keep the app from opening', async () => {
  const refusing = { ...diskFileSystem, removeFolder: () => Promise.reject(new Error('EACCES')) };
  await new WishTaker(refusing, scratchFolder(), {} as never).clear();
  const folder = scratchFolder();
  mkdirSync(join(folder, '.wishes'));
  writeFileSync(join(folder, '.wishes', '0123456789abcdef.json'), '{"action":"cancel"}');
  const { lab: opened } = await openSmallLab({ notebook: folder });
  expect(readdirSync(folder)).not.toContain('.wishes');
  await opened.close();
});
