import { expect, it } from 'vitest';
import type { ClusterJob, ClusterShard } from '../../../electron/contract/cluster.ts';
import { isLeft, jobPace, jobShares, jobWords } from '../../../renderer/model/cluster-progress.ts';

const shard: ClusterShard = {
  ...{ shard: 1, state: 'running', finished: 0, failed: 0, cells: 10, host: 'node-1' },
  ...{ asOf: '2026-11-20T12:00:00Z', attempts: 1 },
};

function job(shards: readonly Partial<ClusterShard>[], change: Partial<ClusterJob> = {}): ClusterJob {
  const all = shards.map((one, at) => ({ ...shard, shard: at + 1, ...one }));
  const sum = (key: 'finished' | 'failed'): number => all.reduce((total, one) => total + one[key], 0);
  return {
    ...{ id: '01234567', entryId: '89abcdef', entryTitle: 'walk', system: 'slurm', hosts: [], threads: 4 },
    ...{
      minutes: 120,
      created: '2026-11-20T11:00:00Z',
      cancelled: false,
      cells: 40,
      collected: 10,
      reasons: [],
    },
    ...{ finished: 10 + sum('finished') + sum('failed'), failed: sum('failed'), trouble: null, shards: all },
    ...change,
  };
}

const now = Date.parse('2026-11-20T12:04:00Z');

it('the shares of a job are all of its cells, whoever has which', () => {
  const shares = jobShares(
    job([
      { finished: 3, failed: 1 },
      { state: 'waiting' },
      { state: 'stopped', finished: 2 },
      { state: 'collected', cells: 0 },
    ]),
  );
  expect(shares).toEqual({ finished: 15, failed: 1, running: 6, waiting: 10, left: 8 });
});

it('what waits says why, what is silent says since when and where', () => {
  const words = jobWords(
    job([{ state: 'silent', attempts: 3 }, { state: 'waiting' }], {
      reasons: ['others are first'],
      trouble: 'Slurm does not answer',
    }),
    now,
  );
  expect(words).toEqual([
    '1 of 2 shards running',
    '1 waiting: others are first',
    '2 restarts',
    'no sign of life from shard 1 for 4 min (node-1)',
    'Slurm does not answer',
  ]);
});

it('the pace is what has ended since it was looked at first', () => {
  const since = { finished: 10, atMs: now - 120_000 };
  expect(jobPace(job([{ finished: 6 }]), since, now)).toEqual({ perMinute: 3, secondsLeft: 480 });
  expect(jobPace(job([{}]), since, now)).toBeNull();
});

it('a rest is left once nobody works on a job any more', () => {
  expect(isLeft(job([{ state: 'waiting' }]))).toBe(false);
  expect(isLeft(job([{ state: 'stopped' }]))).toBe(true);
  expect(isLeft(job([{ state: 'done', finished: 10 }], { cells: 20 }))).toBe(false);
});
