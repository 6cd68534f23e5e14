import { describe, expect, it } from 'vitest';
import type { PreviewBlock, RenderedFrame } from '../../../electron/contract/frames.ts';
import { ByteCache } from '../../../renderer/frames/byte-cache.ts';
import { frameKey, FrameStore, type FrameQuestion } from '../../../renderer/frames/frame-store.ts';
import { blockLength, PreviewStore } from '../../../renderer/frames/preview-store.ts';
import { deferred, fakeLab, settled } from '../fake-lab.ts';

const side = 8;

function block(cellId: string, from: number, count: number): PreviewBlock {
  return {
    cellId,
    from,
    epochs: Uint32Array.from({ length: count }, (_, at) => 10 * (from + at)),
    width: side,
    height: side,
    outputs: 1,
    values: new Uint8Array(count * side * side).fill(from),
    boundary: new Uint8Array((count * side * side) / 8),
  };
}

describe('cache with a budget', () => {
  it('lets go of what was not looked at for longest', () => {
    const cache = new ByteCache<string>(30);
    for (const key of ['a', 'b', 'c']) cache.set(key, key, 10);
    cache.get('a');
    cache.set('d', 'd', 10);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.peek(key))).toEqual(['a', undefined, 'c', 'd']);
    expect(cache.bytes).toBe(30);
    cache.set('e', 'e', 1000);
    expect([cache.peek('e'), cache.peek('d')]).toEqual(['e', undefined]);
    cache.deleteAll('e');
    expect(cache.bytes).toBe(0);
  });
});

describe('previews', () => {
  function store(known = 100) {
    const asked: string[] = [];
    let arrivals = 0;
    const lab = fakeLab({
      'previews.read': ({ cells }) => {
        asked.push(cells.map(({ cellId, from }) => `${cellId}${from}`).join(' '));
        return cells.map(({ cellId, from, count }) => block(cellId, from, Math.min(count, known - from)));
      },
    });
    const previews = new PreviewStore(
      lab,
      '00000001',
      () => (arrivals += 1),
      () => undefined,
    );
    return { asked, previews, arrivals: () => arrivals };
  }

  it('fetches what is in view for all cells at once, then ahead, then behind', async () => {
    const { asked, previews, arrivals } = store();
    previews.want(
      ['a', 'b'].map((cellId) => ({ cellId, preview: 41, known: 100 })),
      1,
    );
    await settled();
    expect(asked[0]).toBe('a40 b40');
    expect(asked[1]).toBe(`a${40 + blockLength} b${40 + blockLength}`);
    expect(asked.at(-1)).toBe(`a${40 - 2 * blockLength} b${40 - 2 * blockLength}`);
    expect(previews.get('a', 41)?.epoch).toBe(410);
    expect(previews.get('b', 43)?.picture.width).toBe(side);
    expect(arrivals()).toBe(asked.length);
  });

  it('turns around with the direction of travel', async () => {
    const { asked, previews } = store();
    previews.want([{ cellId: 'a', preview: 40, known: 100 }], -1);
    await settled();
    expect(asked.slice(0, 2)).toEqual(['a40', `a${40 - blockLength}`]);
  });

  it('asks for nothing twice and for nothing that is not there', async () => {
    const { asked, previews } = store(6);
    for (let turn = 0; turn < 3; turn++) {
      previews.want([{ cellId: 'a', preview: 1, known: 6 }], 1);
      await settled();
    }
    expect(asked).toEqual(['a0', 'a4']);
  });

  it('reads a short block again once its cell has more snapshots', async () => {
    const answers: PreviewBlock[][] = [[block('a', 0, 2)], [block('a', 0, 4)]];
    const lab = fakeLab({ 'previews.read': () => answers.shift() ?? [] });
    const previews = new PreviewStore(
      lab,
      '00000001',
      () => undefined,
      () => undefined,
    );
    previews.want([{ cellId: 'a', preview: 1, known: 2 }], 1);
    await settled();
    expect(previews.get('a', 3)).toBeUndefined();
    previews.want([{ cellId: 'a', preview: 3, known: 4 }], 1);
    await settled();
    expect(previews.get('a', 3)?.epoch).toBe(30);
  });

  it('keeps within its budget', async () => {
    const lab = fakeLab({
      'previews.read': ({ cells }) => cells.map(({ cellId, from, count }) => block(cellId, from, count)),
    });
    const bytes = blockLength * side * side * 1.125;
    const previews = new PreviewStore(
      lab,
      '00000001',
      () => undefined,
      () => undefined,
      2 * bytes,
    );
    for (const preview of [0, 400, 800]) {
      previews.want([{ cellId: 'a', preview, known: 1000 }], 1);
      await settled();
    }
    expect(previews.get('a', 0)).toBeUndefined();
    expect(previews.get('a', 800)?.epoch).toBe(8000);
  });

  it('does not fetch for ever what it has no room for', async () => {
    const lab = fakeLab({
      'previews.read': ({ cells }) => cells.map(({ cellId, from, count }) => block(cellId, from, count)),
    });
    const store = new PreviewStore(
      lab,
      '00000001',
      () => store.want(wanted, 1),
      () => undefined,
      1000,
    );
    const wanted = Array.from({ length: 30 }, (_, at) => ({ cellId: `c${at}`, preview: 5, known: 100 }));
    store.want(wanted, 1);
    await settled();
    expect(lab.calls.length).toBe(1);
  });

  it('says so when reading fails, and does not ask in a loop', async () => {
    const failures: unknown[] = [];
    const lab = fakeLab({ 'previews.read': () => Promise.reject(new Error('disk')) });
    const previews = new PreviewStore(
      lab,
      '00000001',
      () => undefined,
      (error) => failures.push(error),
    );
    previews.want([{ cellId: 'a', preview: 0, known: 100 }], 1);
    await settled();
    expect(failures.length).toBeLessThanOrEqual(3);
    const before = lab.calls.length;
    previews.want([{ cellId: 'a', preview: 1, known: 100 }], 1);
    expect(lab.calls.length).toBe(before);
  });
});

describe('exact frames', () => {
  function question(cellId: string, epoch = 1): FrameQuestion {
    return {
      entryId: '00000001',
      cellId,
      epoch,
      view: { x0: 0, y0: 0, x1: 1, y1: 1 },
      width: 8,
      height: 8,
      values: 'levels',
      planes: {},
      coarse: true,
    };
  }

  function frame(epoch: number): RenderedFrame {
    return {
      epoch,
      view: question('a').view,
      width: 8,
      height: 8,
      outputs: 1,
      values: new Uint8Array(64),
      boundary: new Uint8Array(8),
      distinctHashes: 1,
      boundaryShare: 0,
    };
  }

  it('have one key for equal questions, another for every other one', () => {
    const base = question('a');
    expect(frameKey({ ...base, planes: { hashes: true, gradient: false } })).toBe(
      frameKey({ ...base, planes: { hashes: true } }),
    );
    const others = [
      { ...base, epoch: 2 },
      { ...base, width: 9 },
      { ...base, planes: { hashes: true } },
      question('b'),
    ];
    expect(new Set([base, ...others].map(frameKey)).size).toBe(5);
  });

  it('keeps coarse parts until the final frame is there', async () => {
    const answer = deferred<RenderedFrame>();
    const lab = fakeLab({
      'frame.render': (_, { onPart }) => {
        onPart?.(frame(1));
        return answer.promise;
      },
    });
    const frames = new FrameStore(
      lab,
      () => undefined,
      () => undefined,
    );
    frames.want([{ question: question('a'), priority: 'shown' }]);
    expect([frames.get(frameKey(question('a')))?.isFinal, frames.missing]).toEqual([false, 1]);
    answer.resolve(frame(1));
    await settled();
    expect([frames.get(frameKey(question('a')))?.isFinal, frames.missing]).toEqual([true, 0]);
  });

  it('gives up what is no longer wanted and starts what is', async () => {
    const aborted: string[] = [];
    const lab = fakeLab({
      'frame.render': ({ cellId }, { signal }) => {
        signal?.addEventListener('abort', () => aborted.push(cellId));
        return new Promise(() => undefined);
      },
    });
    const failures: unknown[] = [];
    const frames = new FrameStore(
      lab,
      () => undefined,
      (error) => failures.push(error),
    );
    const wanted = (...ids: string[]) =>
      ids.map((id) => ({ question: question(id), priority: 'shown' as const }));
    frames.want(wanted('a', 'b', 'c', 'd'));
    expect(lab.calls).toHaveLength(3);
    frames.want(wanted('c', 'e'));
    expect(aborted).toEqual(['a', 'b']);
    await settled();
    expect(lab.calls.map(({ parameters }) => (parameters as FrameQuestion).cellId)).toEqual([
      'a',
      'b',
      'c',
      'e',
    ]);
    expect(failures).toEqual([]);
  });

  it('asks a question that failed only once', async () => {
    const failures: unknown[] = [];
    const lab = fakeLab({ 'frame.render': () => Promise.reject(new Error('no')) });
    const frames = new FrameStore(
      lab,
      () => undefined,
      (error) => failures.push(error),
    );
    for (let turn = 0; turn < 3; turn++) {
      frames.want([{ question: question('a'), priority: 'shown' }]);
      await settled();
    }
    expect([failures.length, frames.missing]).toEqual([1, 0]);
  });
});
