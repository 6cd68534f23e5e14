import { expect, it } from 'vitest';
import { roomProblems } from '../../../electron/lab/cluster/room.ts';
import { quotasFrom } from '../../../electron/job-systems/quota.ts';

const told = `Disk quotas for user somebody (uid 1000):
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
/dev/mapper/home   1000*   2048    4096       0  999900       0 1000000       0
server:/scratch    5000       0       0       0      12       0       0       0
`;

it('quotas are told in blocks of 1 KiB, limits of 0 are none', () => {
  expect(quotasFrom(told)).toEqual([
    {
      fileSystem: '/dev/mapper/home',
      files: 999_900,
      mostFiles: 1_000_000,
      bytes: 1_024_000,
      mostBytes: 2_097_152,
    },
    { fileSystem: 'server:/scratch', files: 12, mostFiles: null, bytes: 5_120_000, mostBytes: null },
  ]);
  expect(quotasFrom('Disk quotas for user root (uid 0): none\n')).toEqual([]);
});

it('what a job writes is held against free room and quotas', () => {
  const room = { freeBytes: 1e9, freeFiles: 5000, quotas: quotasFrom(told) };
  const problems = (bytes: number, files: number): string[] =>
    roomProblems({ bytes, files }, room, (size) => `${size} B`);
  expect(problems(1000, 99)).toEqual([]);
  expect(problems(1000, 603)).toEqual([
    'This needs 603 files, and your quota on /dev/mapper/home has 999900 of 1000000 taken.',
  ]);
  expect(problems(2e6, 5001)).toHaveLength(3);
  expect(problems(2e9, 1)).toHaveLength(2);
});
