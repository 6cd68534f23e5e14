import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RemotePlace } from '../../../../electron/contract/cluster.ts';
import { calls } from '../../../../electron/contract/calls.ts';
import {
  entryFolderOf,
  jobsIn,
  remoteWords,
  type ToldJob,
} from '../../../../electron/job-systems/remote-lab.ts';
import type { ProgramListener } from '../../../../electron/job-systems/program-run.ts';
import { RemoteJobs } from '../../../../electron/lab/cluster/remote-jobs.ts';

const place: RemotePlace = {
  host: 'box1',
  program: '',
  notebook: '/home/me/it\'s "$(touch ran)" `x` & ; * é',
};
const told = {
  ...{
    id: '0a1b2c3d',
    entry: '01234567',
    title: 'walk',
    folder: '/n/entries/walk/jobs/0a1b2c3d',
    system: 'slurm',
  },
  ...{ cells: 4, cancelled: false, created: '2026-12-01T12:00:00Z', trouble: null, shards: [] },
};

/** Connections that were begun, and the words of each. */
function fakeSsh(): { remote: RemoteJobs; begun: ProgramListener[]; ended: number[] } {
  const begun: ProgramListener[] = [];
  const ended: number[] = [];
  const remote = new RemoteJobs((_program, _words, listener) => {
    const at = begun.push(listener) - 1;
    return () => void ended.push(at);
  });
  return { remote, begun, ended };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a remote command is the same words behind a shell and a login shell, whatever is in them', () => {
  const words = remoteWords(place, ['jobs', '--json']);
  expect(words.at(-2)).toBe('box1');
  const line = words.at(-1)!.replace("'creasebook'", "'printf' '%s|'");
  const { stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
  expect(stdout).toMatch(new RegExp('jobs\\|--json\\|--notebook\\|'));
  expect(stdout.endsWith(`|${place.notebook}|`)).toBe(true);
});

it.each([
  { host: '-oProxyCommand=x' },
  { host: 'a b' },
  { host: '$(x)' },
  { notebook: 'relative' },
  { notebook: '/a\nb' },
  { program: 'rm' },
])('%j is no place', (wrong) => {
  const { parameters: params } = calls['cluster.remoteJobs'];
  expect(params.safeParse({ place }).success).toBe(true);
  expect(params.safeParse({ place: { ...place, ...wrong } }).success).toBe(false);
});

it('what a machine says is told with its time, and what else a login shell prints is not', () => {
  vi.setSystemTime('2026-12-01T14:03:00Z');
  const { remote, begun } = fakeSsh();
  expect(remote.look(place)).toEqual({ jobs: [], asOfMs: null, trouble: null, retryAtMs: null });
  for (const line of ['Welcome to the cluster', '[oops', '[{"id":"../.."}]']) begun[0]!.onLine(line);
  expect(remote.look(place).asOfMs).toBeNull();
  begun[0]!.onLine(JSON.stringify([told]));
  expect(remote.look(place)).toMatchObject({ asOfMs: Date.now(), jobs: [{ id: told.id, threads: 4 }] });
  expect(begun).toHaveLength(1);
  remote.close();
});

it('a connection that goes is said to be gone, what was told stays, and it is tried again after growing waits', () => {
  const { remote, begun } = fakeSsh();
  remote.look(place);
  begun[0]!.onLine(JSON.stringify([told]));
  const waits: number[] = [];
  for (let at = 0; at < 9; at++) {
    begun[at]!.onEnd(255, 'Connection reset by peer');
    const { trouble, retryAtMs, jobs } = remote.look(place);
    expect(trouble).toBe('No connection to box1: Connection reset by peer');
    expect(jobs).toHaveLength(1);
    waits.push(retryAtMs! - Date.now());
    while (begun.length === at + 1) {
      remote.look(place);
      vi.advanceTimersByTime(1000);
    }
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => 1000 * seconds));
  begun[9]!.onLine('[]');
  expect(remote.look(place)).toMatchObject({ trouble: null, retryAtMs: null, jobs: [] });
  begun[9]!.onEnd(255, 'again');
  expect(remote.look(place).retryAtMs! - Date.now()).toBe(5000);
  remote.close();
});

it('where nobody looks any more the connection ends, and the next look makes another', () => {
  const { remote, begun, ended } = fakeSsh();
  remote.look(place);
  vi.advanceTimersByTime(59_000);
  remote.look(place);
  vi.advanceTimersByTime(59_000);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(ended).toEqual([0]);
  begun[0]!.onEnd(null, 'it was ended');
  remote.look(place);
  expect(begun).toHaveLength(2);
  remote.close();
});

it('the folder of an entry is what its job lies in', () => {
  const [job] = jobsIn(JSON.stringify([told])) as [ToldJob];
  expect(entryFolderOf(job)).toBe('/n/entries/walk');
  for (const folder of ['relative/jobs/0a1b2c3d', '/n/jobs/ffffffff'])
    expect(entryFolderOf({ ...job, folder })).toBeNull();
});
