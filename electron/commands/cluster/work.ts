/** `work`: trains one shard of a job; what engines run, and people by hand. */
import { computeWorkerPath } from '../../program/assets.ts';
import { workFromWords } from '../../lab/cluster/work-words.ts';
import type { Command } from '../command.ts';

export const workCommand: Command = {
  usage: 'JOB --shard K [--threads N]',
  summary: 'trains one shard of a job in a folder of its own; needs the folder of the job and nothing else',
  options: { shard: 'text', threads: 'text' },
  positionals: { min: 1, max: 1 },
  run(args) {
    const words = ['shard', 'threads'].flatMap((name) => {
      const value = args.text(name);
      return value === undefined ? [] : [`--${name}`, value];
    });
    return workFromWords([args.positional(0), ...words], computeWorkerPath());
  },
};
