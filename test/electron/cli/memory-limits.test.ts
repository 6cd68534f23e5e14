/** Limits of a shell that leave the program too little memory are told in words, where Node by itself aborts without any. */
import { describe, expect, it } from 'vitest';
import { startLab } from './lab-process.ts';

/** Runs a command in a shell with `ulimit OPTION KILOBYTES`. */
function limited(option: string, kilobytes: number) {
  const prefix = ['sh', '-c', `ulimit ${option} ${kilobytes}; exec "$@"`, 'sh'];
  return startLab(['--version'], { prefix }).result;
}

describe.runIf(process.platform === 'linux')('too little memory', () => {
  it.each([
    ['-d', 60_000, '256 MB of memory, and the limit here is 61 MB'],
    ['-d', 200_000, '256 MB of memory, and the limit here is 204 MB'],
    ['-v', 1_500_000, '2000 MB of memory, and the limit here is 1536 MB'],
  ])('ulimit %s %i is told in one line', async (option, kilobytes, words) => {
    expect(await limited(option, kilobytes)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `creasebook needs ${words}; nothing was started. Raise it (ulimit ${option}) and try again\n`,
    });
  });

  it('is not where there is enough', async () => {
    expect(await limited('-d', 300_000)).toMatchObject({ code: 0, stderr: '' });
  });
});
