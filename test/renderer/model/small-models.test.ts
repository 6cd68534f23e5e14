import { describe, expect, it } from 'vitest';
import { untoldQueue } from '../../../electron/contract/queue-change.ts';
import type { QueueItem } from '../../../electron/contract/queue.ts';
import { toggledMode } from '../../../renderer/model/comparison.ts';
import { foundCommands } from '../../../renderer/model/command-search.ts';
import {
  aboutText,
  dateText,
  durationText,
  positionText,
  sizeText,
} from '../../../renderer/model/number-text.ts';
import { faster, FrameClock, slower, speedText } from '../../../renderer/model/playback.ts';
import { spreadSteps } from '../../../renderer/polytopes/flicker-meter.ts';
import { placeAfterMove, queueGroups, secondsUntilEmpty } from '../../../renderer/model/queue-groups.ts';
import { hashOfRoute, routeFromHash, type Route } from '../../../renderer/model/route.ts';
import { shareOfTime, trackTicks } from '../../../renderer/model/track-ticks.ts';
import {
  movedView,
  narrowestView,
  placeInView,
  pointInView,
  sameView,
  zoomedView,
} from '../../../renderer/model/view-rectangle.ts';

describe('playing', () => {
  it('has speeds in order, backwards beyond the slowest', () => {
    const down: number[] = [2];
    for (let step = 0; step < 6; step++) down.push(slower(down.at(-1) ?? 0));
    expect(down).toEqual([2, 1, 0.5, 0.25, -0.25, -0.5, -1]);
    const up: number[] = [-1];
    for (let step = 0; step < 5; step++) up.push(faster(up.at(-1) ?? 0));
    expect(up).toEqual([-1, -0.5, -0.25, 0.25, 0.5, 1]);
    expect([faster(16), slower(-16)]).toEqual([16, -16]);
    expect([speedText(-0.5), speedText(3)]).toEqual(['−½×', '3×']);
  });

  it('shows one frame at a time at its speed and does not catch up after a stall', () => {
    const clock = new FrameClock();
    let shown = 0;
    for (let now = 0; now <= 1000; now += 10) shown += clock.due(now, 2);
    expect(shown).toBe(20);
    const afterStall = Array.from({ length: 10 }, (_, at) => clock.due(9000 + at, 2));
    expect(afterStall.reduce((sum, due) => sum + due, 0)).toBeLessThanOrEqual(2);
    expect(new FrameClock().due(5, 1)).toBe(0);
  });
});

describe('numbers in words', () => {
  it.each([
    [0, '0 s'],
    [0.2, '< 1 s'],
    [59.6, '1 min'],
    [125, '2 min 5 s'],
    [3900, '1 h 5 min'],
    [1e6, '12 days'],
    [null, '–'],
    [NaN, '–'],
  ])('%s seconds are %s', (seconds, words) => {
    expect(durationText(seconds)).toBe(words);
  });

  it.each([
    [0.2, 'less than a second'],
    [0.6, 'about 1 s'],
    [125, 'about 2 min 5 s'],
    [null, 'about –'],
  ])('%s seconds to go are %s', (seconds, words) => {
    expect(aboutText(seconds)).toBe(words);
  });

  it.each([
    [640, '640 B'],
    [1500, '1.5 kB'],
    [999_600, '1.0 MB'],
    [83e9, '83 GB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(sizeText(bytes)).toBe(words);
  });

  it('positions have decimals only for few seconds', () => {
    expect([positionText(1234.4, false), positionText(12.34, true), positionText(1234.5, true)]).toEqual([
      '1,234',
      '12.3',
      '1,235',
    ]);
  });

  it('dates are near or exact', () => {
    const now = new Date(2026, 10, 20, 23, 0);
    expect(dateText(new Date(2026, 10, 20, 9, 5).toISOString(), now)).toBe('today, 9:05');
    expect(dateText(new Date(2026, 10, 19, 23, 59).toISOString(), now)).toBe('yesterday, 23:59');
    expect(dateText(new Date(2026, 0, 2).toISOString(), now)).toBe('2 Jan 2026');
    expect(dateText('nonsense', now)).toBe('nonsense');
  });
});

describe('addresses', () => {
  it.each<Route>([
    { screen: 'notebook', trash: false },
    { screen: 'notebook', trash: true },
    { screen: 'queue' },
    { screen: 'new', from: null },
    { screen: 'new', from: 'two-minute / x' },
    { screen: 'entry', entryId: '0123abcd' },
    { screen: 'cell', entryId: '0123abcd', cellId: '0123456789abcdef' },
  ])('are found again: %j', (route) => {
    expect(routeFromHash(hashOfRoute(route))).toEqual(route);
  });

  it.each(['', '#', '#/nowhere', '#/entry/..', '#/entry/%E0%A4%A', '#/cell'])(
    '%s is the notebook',
    (hash) => {
      expect(routeFromHash(hash).screen).toBe('notebook');
    },
  );
});

describe('commands', () => {
  const commands = ['Export the grid', 'Next event', 'New sweep', 'Draw error'].map((name) => ({
    name,
    group: 'Any',
    keys: '',
  }));

  it('are found by letters, beginnings first', () => {
    expect(foundCommands(commands, 'ne').map(({ name }) => name)).toEqual(['Next event', 'New sweep']);
    expect(foundCommands(commands, 'e').map(({ name }) => name)[0]).toBe('Export the grid');
    expect(foundCommands(commands, 'error draw').map(({ name }) => name)).toEqual(['Draw error']);
    expect(foundCommands(commands, 'zzz')).toEqual([]);
    expect(foundCommands(commands, ' ')).toHaveLength(4);
  });
});

describe('the track under the scrubber', () => {
  it('has round numbers where there is room for them', () => {
    const even = Float64Array.from({ length: 601 }, (_, at) => 10 * at);
    expect(trackTicks(even, 0.1).map(({ position }) => position)).toEqual([
      0, 1000, 2000, 3000, 4000, 5000, 6000,
    ]);
    const log = Float64Array.from([0, 1, 3, 10, 30, 100, 300, 1000]);
    expect(trackTicks(log, 0.2).map(({ position }) => position)).toEqual([0, 10, 100, 1000]);
    expect(trackTicks(Float64Array.of(5), 0.1)).toEqual([]);
  });

  it('places frames evenly, and moments between them in proportion', () => {
    const positions = Float64Array.of(0, 1, 10, 100);
    expect([0, 1, 5.5, 100, 1e6, -1].map((time) => shareOfTime(positions, time))).toEqual([
      0,
      1 / 3,
      0.5,
      1,
      1,
      0,
    ]);
  });
});

describe('views', () => {
  const unit = { x0: 0, y0: 0, x1: 1, y1: 1 };

  it('zoom around a point that stays, within limits', () => {
    const view = zoomedView(unit, 4, { x: 0.25, y: 0.75 });
    expect(view).toEqual({ x0: 0.1875, y0: 0.5625, x1: 0.4375, y1: 0.8125 });
    let near = unit;
    for (let step = 0; step < 60; step++) near = zoomedView(near, 2, { x: 0.3, y: 0.3 });
    expect(near.x1 - near.x0).toBeCloseTo(narrowestView, 9);
    expect(zoomedView(unit, 1e-9, { x: 0, y: 0 }).x1).toBe(8);
  });

  it('move by shares of themselves, and know their points', () => {
    const view = movedView({ x0: 0, y0: 0, x1: 0.5, y1: 0.5 }, 0.5, -1);
    expect(view).toEqual({ x0: 0.25, y0: -0.5, x1: 0.75, y1: 0 });
    expect(pointInView(view, 0.5, 1)).toEqual({ x: 0.5, y: 0 });
    expect(sameView(view, { ...view })).toBe(true);
  });

  it('lie in one another', () => {
    const half = { x0: 0, y0: 0, x1: 0.5, y1: 0.5 };
    expect(placeInView(unit, half, { width: 100, height: 100 })).toEqual({
      x: 0,
      y: 0,
      width: 200,
      height: 200,
    });
  });
});

describe('the queue', () => {
  function item(id: string, state: QueueItem['state'], changes: Partial<QueueItem> = {}): QueueItem {
    return {
      id,
      entryId: 'e',
      cellId: id,
      entryTitle: '',
      label: id,
      state,
      stopping: false,
      epoch: 0,
      epochs: 100,
      seconds: 0,
      operations: 100,
      epochsPerSecond: null,
      secondsLeft: null,
      losses: new Float32Array(0),
      lossEpochs: new Uint32Array(0),
      problem: null,
      ...changes,
    };
  }

  it('is what runs, what waits and what is over', () => {
    const groups = queueGroups(
      (['running', 'queued', 'failed', 'paused', 'finished', 'cancelled', 'interrupted'] as const).map(
        (state) => item(state, state),
      ),
    );
    const { running, waiting, stopped, finished } = groups;
    expect([running, waiting, stopped, finished].map((items) => items.map(({ id }) => id))).toEqual([
      ['running'],
      ['queued', 'paused', 'interrupted'],
      ['failed', 'cancelled'],
      ['finished'],
    ]);
    const held = item('held', 'interrupted', { problem: 'three times in a row' });
    expect(queueGroups([held])).toMatchObject({ waiting: [], stopped: [held] });
  });

  it('moves items one place among those that wait', () => {
    const waiting = ['a', 'b', 'c'].map((id) => item(id, 'queued'));
    expect(placeAfterMove(waiting, 'b', -1)).toBe('a');
    expect(placeAfterMove(waiting, 'a', 1)).toBe('c');
    expect(placeAfterMove(waiting, 'b', 1)).toBeNull();
    expect(placeAfterMove(waiting, 'a', -1)).toBeUndefined();
    expect(placeAfterMove(waiting, 'c', 1)).toBeUndefined();
  });

  it('knows when it will be empty, once something runs', () => {
    const running = item('r', 'running', { epoch: 50, epochsPerSecond: 10 });
    const waiting = [item('a', 'queued'), item('b', 'queued', { epoch: 50 })];
    const queue = untoldQueue;
    const left = (threads: number, items: QueueItem[]) => secondsUntilEmpty({ ...queue, threads, items });
    expect(left(1, [running, ...waiting])).toBe(20);
    expect(left(4, [running, ...waiting])).toBe(10);
    expect(left(1, waiting)).toBeNull();
    expect(left(1, [])).toBe(0);
    const stopped = item('x', 'failed', { operations: 1e9 });
    expect(secondsUntilEmpty({ ...queue, threads: 4, parallel: 1, items: [running, stopped] })).toBe(5);
  });
});

describe('steps whose flicker is measured', () => {
  it('are spread from the second snapshot to the last', () => {
    expect(spreadSteps(101, 4)).toEqual([25, 50, 75, 100]);
    expect(spreadSteps(4, 16)).toEqual([1, 2, 3]);
    expect(spreadSteps(1, 16)).toEqual([]);
    expect(spreadSteps(0, 16)).toEqual([]);
  });

  it('are measured again where there are more of them: every step is kept', () => {
    const some = spreadSteps(1000, 16);
    expect(new Set([...some, ...spreadSteps(1000, 32)]).size).toBe(32);
  });
});

describe('comparing', () => {
  it('is turned off by the key that turned it on', () => {
    expect(toggledMode('off', 'blink')).toBe('blink');
    expect(toggledMode('blink', 'blink')).toBe('off');
    expect(toggledMode('swipe', 'difference')).toBe('difference');
  });
});
