import { describe, expect, it } from 'vitest';
import { decideEngine, type EngineOffers } from '../../../electron/compute/engine-decision.ts';
import { diskSpeedCache, type MeasuredSpeeds } from '../../../electron/lab/disk/speed-cache.ts';
import { scratchFolder } from '../scratch-folder.ts';

const card = { adapter: 'Some Card, driver 1', isSoftware: false };

function offers(changes: Partial<EngineOffers> = {}): EngineOffers & { measured: number } {
  const kept = new Map<string, MeasuredSpeeds>();
  const all = {
    measured: 0,
    threads: 2,
    cores: 2,
    facts: () => Promise.resolve(card),
    measure: () => {
      all.measured++;
      return Promise.resolve({ gpu: 4e9, thread: 1e9 });
    },
    cache: {
      read: (key: string) => Promise.resolve(kept.get(key) ?? null),
      write: (key: string, speeds: MeasuredSpeeds) => Promise.resolve(void kept.set(key, speeds)),
    },
    ...changes,
  };
  return all;
}

describe('auto', () => {
  it('picks the faster one, measured once per adapter', async () => {
    const fast = offers();
    const decision = await decideEngine('auto', fast);
    expect(decision).toMatchObject({
      engine: 'webgpu',
      frames: 'webgpu',
      threads: 1,
      adapter: card.adapter,
      split: { gpu: 4e9, cpu: 1e9, threads: 1 },
    });
    expect(decision.description).toBe(
      'WebGPU on Some Card, driver 1 (2.0 times as fast as the CPU, which trains its share of a sweep on 1 of 2 threads)',
    );
    await decideEngine('auto', fast);
    expect(fast.measured).toBe(1);
    await decideEngine('auto', { ...fast, facts: () => Promise.resolve({ ...card, adapter: 'Another' }) });
    expect(fast.measured).toBe(2);
    const slow = offers({ measure: () => Promise.resolve({ gpu: 1e9, thread: 1e9 }) });
    expect(await decideEngine('auto', slow)).toMatchObject({
      engine: 'wasm',
      frames: 'relaxed',
      threads: 2,
      adapter: null,
    });
  });

  it('leaves a hardware thread to what drives the GPU, and the GPU alone on a single one', async () => {
    const decide = async (threads: number, cores: number) => {
      const { split, threads: training } = await decideEngine('auto', {
        ...offers({ measure: () => Promise.resolve({ gpu: 64e9, thread: 1e9 }) }),
        threads,
        cores,
      });
      return { split: split?.threads ?? null, cpu: split?.cpu ?? null, training };
    };
    expect(await decide(16, 16)).toEqual({ split: 15, cpu: 15e9, training: 15 });
    expect(await decide(4, 16)).toEqual({ split: 4, cpu: 4e9, training: 4 });
    expect(await decide(20, 16)).toEqual({ split: 15, cpu: 15e9, training: 15 });
    expect(await decide(1, 1)).toEqual({ split: null, cpu: null, training: 1 });
  });

  it('never picks a software adapter, and does not even measure it', async () => {
    const software = offers({ facts: () => Promise.resolve({ ...card, isSoftware: true }) });
    expect((await decideEngine('auto', software)).engine).toBe('wasm');
    expect(software.measured).toBe(0);
  });

  it('takes the CPU where there is no GPU or it cannot be measured', async () => {
    const none = offers({ facts: () => Promise.reject(new Error('no adapter')) });
    expect((await decideEngine('auto', none)).engine).toBe('wasm');
    const broken = offers({ measure: () => Promise.reject(new Error('lost')) });
    const decision = await decideEngine('auto', broken);
    expect(decision.engine).toBe('wasm');
    expect(decision.description).toContain('could not be measured: lost');
  });
});

it('a GPU that was asked for by name is used even if it is software, and missed where there is none', async () => {
  const software = offers({ facts: () => Promise.resolve({ ...card, isSoftware: true }) });
  expect(await decideEngine('webgpu', software)).toMatchObject({ engine: 'webgpu', split: null });
  const none = offers({ facts: () => Promise.reject(new Error('no adapter')) });
  await expect(decideEngine('webgpu', none)).rejects.toThrow('no adapter');
});

it('measurements are kept on disk', async () => {
  const path = `${scratchFolder()}/cache/speeds.json`;
  await diskSpeedCache(path).write('a', { gpu: 2, thread: 1 });
  await diskSpeedCache(path).write('b', { gpu: 3, thread: 1 });
  expect(await diskSpeedCache(path).read('a')).toEqual({ gpu: 2, thread: 1 });
  expect(await diskSpeedCache(path).read('c')).toBeNull();
});
