import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../experiments/engines/engine-error.ts';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { cellIdOf, entryId, itemOf, newWorld, openWorld, until, type OpenedQueue } from './queue-fakes.ts';

const cells = (...numbers: number[]): string[] => numbers.map(cellIdOf);
const items = (...numbers: number[]): string[] => numbers.map(itemOf);

function states({ queue }: OpenedQueue): string[] {
  return queue.read().items.map(({ state }) => state);
}

describe('a queue', () => {
  it('runs cells in order, as many side by side as there are threads, and goes on as they end', async () => {
    const world = newWorld(4);
    const open = await openWorld(world, 2);
    expect(await open.queue.add(entryId, cells(0, 1, 2, 3), false)).toEqual(items(0, 1, 2, 3));
    await until(() => open.executor.started.length === 2);
    expect(open.executor.started).toEqual(cells(0, 1));
    expect(states(open)).toEqual(['running', 'running', 'queued', 'queued']);
    open.executor.finish(1);
    await until(() => open.executor.started.length === 3);
    expect(states(open)).toEqual(['running', 'finished', 'running', 'queued']);
    open.executor.finish(0);
    open.executor.finish(2);
    await until(() => open.executor.started.length === 4);
    open.executor.finish(3);
    await open.queue.idle();
    expect(states(open)).toEqual(['finished', 'finished', 'finished', 'finished']);
    expect(open.busy).toEqual([true, false]);
    await open.queue.clear();
    expect(open.queue.read().items).toEqual([]);
    await open.queue.close();
  });

  it('puts cells first, moves them, and runs fewer at once where asked', async () => {
    const world = newWorld(5);
    const open = await openWorld(world, 2);
    await open.queue.pause();
    await open.queue.configure({ parallel: 1 });
    await open.queue.add(entryId, cells(0, 1, 2), false);
    await open.queue.add(entryId, cells(3), true);
    await open.queue.move(items(2), itemOf(3));
    await open.queue.move(items(0), null);
    await open.queue.move(items(1), 'bbbbbbbb/0000000000000000');
    expect(open.queue.read().items.map(({ id }) => id)).toEqual(items(2, 3, 0, 1));
    await open.queue.resume();
    await until(() => open.executor.started.length === 1);
    expect(open.executor.started).toEqual(cells(2));
    await open.queue.close();
  });

  it('pauses: running cells stop, nothing starts, and resuming goes on where it stopped', async () => {
    const open = await openWorld(newWorld(3), 1);
    await open.queue.add(entryId, cells(0, 1), false);
    await until(() => open.executor.started.length === 1);
    await open.queue.pause();
    await open.queue.idle();
    expect(open.queue.read().state).toBe('paused');
    expect(states(open)).toEqual(['paused', 'queued']);
    await open.queue.resume();
    await until(() => open.executor.started.length === 2);
    expect(open.executor.started).toEqual(cells(0, 0));
    await open.queue.close();
  });

  it('holds single items while the others go on', async () => {
    const open = await openWorld(newWorld(3), 1);
    await open.queue.add(entryId, cells(0, 1), false);
    await until(() => open.executor.started.length === 1);
    await open.queue.pause(items(0));
    await until(() => open.executor.started.length === 2);
    expect(states(open)).toEqual(['paused', 'running']);
    await open.queue.resume(items(0));
    open.executor.finish(1);
    await until(() => open.executor.started.length === 3);
    expect(states(open)).toEqual(['running', 'finished']);
    await open.queue.close();
  });

  it('cancels running and waiting items: their records say so and the next ones run', async () => {
    const world = newWorld(3);
    const open = await openWorld(world, 1);
    await open.queue.add(entryId, cells(0, 1, 2), false);
    await until(() => open.executor.started.length === 1);
    await open.queue.cancel(items(0, 1));
    expect(states(open).slice(0, 2)).toEqual(['cancelled', 'cancelled']);
    expect(world.records.get(cellIdOf(0))?.state).toBe('cancelled');
    expect(world.records.get(cellIdOf(1))?.state).toBe('cancelled');
    await until(() => open.executor.started.length === 2);
    expect(open.executor.started).toEqual(cells(0, 2));
    expect(states(open)).toEqual(['cancelled', 'cancelled', 'running']);
    const again = await openWorld(world, 1, false);
    expect(states(again).slice(0, 2)).toEqual(['cancelled', 'cancelled']);
    await open.queue.retry(items(1));
    expect(states(open)).toEqual(['cancelled', 'queued', 'running']);
    await open.queue.clear(items(1, 2));
    expect(states(open)).toEqual(['cancelled', 'queued', 'running']);
    await open.queue.clear(items(0));
    expect(states(open)).toEqual(['queued', 'running']);
    await open.queue.close();
  });

  it('has nothing of an entry running as soon as its last cell is told finished', async () => {
    const world = newWorld(2);
    const open = await openWorld(world, 1);
    await open.queue.add(entryId, cells(0), false);
    await until(() => open.executor.started.length === 1);
    expect(await open.queue.isRunning(entryId)).toBe(true);
    const records = world.records.get(cellIdOf(0))!;
    const append = records.appendEvent.bind(records);
    const told = new Promise<boolean>((resolve) => {
      records.appendEvent = async (event) => {
        await append(event);
        if (event.kind === 'finished') resolve(open.queue.isRunning(entryId));
      };
    });
    open.executor.finish(0);
    expect(await told).toBe(false);
    await open.queue.close();
  });

  it('takes a cell off the list whose entry cannot be opened any more', async () => {
    const world = newWorld(2);
    const open = await openWorld(world, 1);
    await open.queue.pause();
    await open.queue.add(entryId, cells(0), false);
    await open.queue.add('bbbbbbbb', cells(0), false);
    await open.queue.cancel(['bbbbbbbb/' + cellIdOf(0), ...items(0)]);
    expect(open.queue.read().items.map(({ id, state }) => [id, state])).toEqual([[itemOf(0), 'cancelled']]);
    await open.queue.close();
  });

  it('goes on after a failure, or stops everything where asked to fail fast', async () => {
    const open = await openWorld(newWorld(4), 1);
    await open.queue.add(entryId, cells(0, 1, 2), false);
    await until(() => open.executor.started.length === 1);
    open.executor.fail(0);
    await until(() => open.executor.started.length === 2);
    expect(states(open)).toEqual(['failed', 'running', 'queued']);
    expect(open.queue.read().items[0]?.problem).toBe('the loss is not finite');
    await open.queue.configure({ failFast: true });
    open.executor.fail(1);
    await open.queue.idle();
    expect(states(open)).toEqual(['failed', 'failed', 'queued']);
    expect(open.queue.read()).toMatchObject({ state: 'paused' });
    expect(open.queue.read().pausedBecause).toContain('the loss is not finite');
    await open.queue.close();
  });

  it('runs cells of GPU and CPU side by side; what the GPU cannot finish goes on as another cell, first', async () => {
    const engines = new Map([0, 1, 3].map((number) => [cellIdOf(number), 'webgpu' as const]));
    const world = { ...newWorld(6), engines };
    const open = await openWorld(world, 1, true, {
      moveToCpu: (_, cellId) =>
        Promise.resolve(cellId === cellIdOf(0) ? { cellId: cellIdOf(5), words: 'It is moved.' } : null),
    });
    await open.queue.add(entryId, cells(0, 1, 2, 3, 4), false);
    await until(() => open.executor.started.length === 2);
    expect(states(open)).toEqual(['running', 'queued', 'running', 'queued', 'queued']);
    open.executor.cell(0).end(new EngineError('device lost', 'It hung.'));
    await until(() => open.queue.read().items.length === 6 && open.executor.started.length === 3);
    expect(open.queue.read().items.map(({ cellId }) => cellId)[0]).toBe(cellIdOf(5));
    expect(states(open)).toEqual(['queued', 'failed', 'running', 'running', 'queued', 'queued']);
    expect(open.queue.read().items[1]?.problem).toBe('It hung. It is moved.');
    open.executor.finish(2);
    await until(() => open.executor.started.length === 4);
    expect(states(open)).toEqual(['running', 'failed', 'running', 'finished', 'queued', 'queued']);
    await open.queue.close();
  });

  it('does not start a failed cell again by itself; retry does', async () => {
    const open = await openWorld(newWorld(1), 1);
    await open.queue.add(entryId, cells(0), false);
    await until(() => open.executor.started.length === 1);
    open.executor.cell(0).end(new Error('The compute worker ended (code 134).'));
    await open.queue.idle();
    expect(states(open)).toEqual(['failed']);
    expect(open.executor.started).toHaveLength(1);
    await open.queue.retry(items(0));
    await until(() => open.executor.started.length === 2);
    open.executor.finish(0);
    await open.queue.idle();
    expect(states(open)).toEqual(['finished']);
    await open.queue.close();
  });
});

describe('a queue that was left', () => {
  it('goes on by itself after it was closed', async () => {
    const world = newWorld(2);
    const first = await openWorld(world, 1);
    await first.queue.add(entryId, cells(0, 1), false);
    await until(() => first.executor.started.length === 1);
    await first.queue.close();
    expect(world.records.get(cellIdOf(0))?.state).toBe('paused');
    const second = await openWorld(world, 1);
    expect(second.queue.read().state).toBe('running');
    await until(() => second.executor.started.length === 1);
    expect(second.executor.started).toEqual(cells(0));
    await second.queue.close();
  });

  it('starts paused after the process was killed, the cells under way interrupted', async () => {
    const world = newWorld(3);
    const killed = await openWorld(world, 2);
    await killed.queue.add(entryId, cells(0, 1, 2), false);
    await until(() => killed.executor.started.length === 2);
    const next = await openWorld(world, 2);
    expect(next.queue.read().state).toBe('paused');
    expect(next.queue.read().pausedBecause).toContain('2 cells were under way');
    expect(states(next)).toEqual(['interrupted', 'interrupted', 'queued']);
    expect(next.executor.started).toEqual([]);
    await next.queue.resume();
    await until(() => next.executor.started.length === 2);
    expect(states(next)).toEqual(['running', 'running', 'queued']);
    await next.queue.close();
  });

  it('holds a cell that took the process down three times without a new snapshot', async () => {
    const world = newWorld(2);
    let open = await openWorld(world, 1);
    await open.queue.add(entryId, cells(0, 1), false);
    for (let crash = 1; crash <= 3; crash++) {
      await until(() => open.executor.started.length === 1);
      expect(open.executor.started).toEqual(cells(0));
      open = await openWorld(world, 1);
      await open.queue.resume();
    }
    await until(() => open.executor.started.length === 1);
    expect(open.executor.started).toEqual(cells(1));
    expect(open.queue.read().items[0]).toMatchObject({ state: 'interrupted' });
    expect(open.queue.read().items[0]?.problem).toContain('3 times in a row');
    await open.queue.retry(items(0));
    open.executor.finish(1);
    await until(() => open.executor.started.length === 2);
    expect(open.executor.started).toEqual(cells(1, 0));
    await open.queue.close();
  });

  it('is killed twenty times without a cell being held while its snapshots grow', async () => {
    const world = newWorld(2);
    let open = await openWorld(world, 2);
    await open.queue.add(entryId, cells(0, 1), false);
    for (let kill = 0; kill < 20; kill++) {
      await until(() => open.executor.started.length === 2);
      open.executor.snapshot(0);
      open.executor.snapshot(1);
      await until(() => [...world.records.values()].every(({ snapshots }) => snapshots > kill));
      open = await openWorld(world, 2);
      expect(states(open)).toEqual(['interrupted', 'interrupted']);
      await open.queue.resume();
    }
    await until(() => open.executor.started.length === 2);
    open.executor.finish(0);
    open.executor.finish(1);
    await open.queue.idle();
    expect(states(open)).toEqual(['finished', 'finished']);
    await open.queue.close();
  });

  it('keeps every acknowledged change, whenever it is read again', async () => {
    const world = newWorld(6);
    const open = await openWorld(world, 1);
    await open.queue.pause();
    await open.queue.add(entryId, cells(0, 1, 2, 3, 4, 5), false);
    await Promise.all([
      open.queue.move(items(5), itemOf(0)),
      open.queue.pause(items(3)),
      open.queue.cancel(items(1)),
      open.queue.configure({ failFast: true, parallel: 1 }),
    ]);
    const again = await openWorld(world, 1);
    const { revision } = again.queue.read();
    expect(again.queue.read()).toEqual({ ...open.queue.read(), revision });
    expect(again.queue.read().items.map(({ id }) => id)).toEqual(items(5, 0, 1, 2, 3, 4));
  });

  it('sets a damaged file aside, says so, and starts empty', async () => {
    const world = newWorld(1);
    writeFileSync(join(world.folder, 'queue.json'), '{"format": "creasebook-queue", "ver');
    const open = await openWorld(world, 1);
    expect(open.queue.read().items).toEqual([]);
    expect(open.told.map(({ name }) => name)).toContain('app.notice');
    expect(readFileSync(join(world.folder, 'queue.damaged-1.json'), 'utf8')).toContain('"ver');
    await open.queue.close();
  });

  it('sets aside what is no file at all, too', async () => {
    const world = newWorld(1);
    mkdirSync(join(world.folder, 'queue.json'));
    const open = await openWorld(world, 1);
    expect(open.queue.read().items).toEqual([]);
    expect(open.told.map(({ name }) => name)).toContain('app.notice');
    expect(readdirSync(join(world.folder, 'queue.damaged-1.json'))).toEqual([]);
    await open.queue.close();
  });
});

describe('a queue on a difficult disk', () => {
  it('refuses changes that cannot be written and stays as it was', async () => {
    let isFull = false;
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const world = newWorld(2, {
      ...diskFileSystem,
      open: (path, mode) =>
        isFull && mode === 'create' ? Promise.reject(full) : diskFileSystem.open(path, mode),
    });
    const open = await openWorld(world, 1);
    await open.queue.add(entryId, cells(0), false);
    await until(() => open.executor.started.length === 1);
    isFull = true;
    await expect(open.queue.add(entryId, cells(1), false)).rejects.toMatchObject({ code: 'disk-full' });
    expect(open.queue.read().items.map(({ id }) => id)).toEqual(items(0));
    open.executor.finish(0);
    await open.queue.idle();
    expect(states(open)).toEqual(['finished']);
    expect(open.queue.read().state).toBe('paused');
    isFull = false;
    await open.queue.add(entryId, cells(1), false);
    await open.queue.resume();
    await until(() => open.executor.started.length === 2);
    await open.queue.close();
  });

  it('neither changes nor starts anything in a notebook opened for reading', async () => {
    const world = newWorld(2);
    const first = await openWorld(world, 1);
    await first.queue.pause();
    await first.queue.add(entryId, cells(0), false);
    await first.queue.resume();
    await first.queue.close();
    const reading = await openWorld(world, 1, false);
    await expect(reading.queue.add(entryId, cells(1), false)).rejects.toMatchObject({ code: 'read-only' });
    expect(states(reading)).toEqual(['queued']);
    expect(reading.executor.started).toEqual([]);
  });
});
