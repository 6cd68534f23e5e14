/** `work`: trains one shard of a job; what engines run, and people by hand. */
import { computeWorkerPath } from '../../program/assets.ts';
import { workFromWords } from '../../lab/cluster/work-words.ts';
import type { Command } from '../command.ts';

export const workCommand: Command = {
  usage: 'JOB --shard K [--threads N] | --probe [--json]',
  summary:
    'trains one shard of a job in a folder of its own; needs the folder of the job and nothing else; --probe: says what the GPU here is',
  options: { shard: 'text', threads: 'text', probe: 'flag', card: 'text' },
  positionals: { min: 0, max: 1 },
  run(args) {
    const flags = ['probe', 'json'].flatMap((name) => (args.flag(name) ? [`--${name}`] : []));
    const words = ['shard', 'threads', 'card'].flatMap((name) => {
      const value = args.text(name);
      return value === undefined ? [] : [`--${name}`, value];
    });
    return workFromWords([args.positionals[0] ?? '', ...words, ...flags], computeWorkerPath());
  },
};
