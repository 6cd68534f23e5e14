/** `collect`: takes what the jobs of an entry have trained into it. */
import { collectJobs } from '../../lab/cluster/collect.ts';
import type { Command } from '../command.ts';
import { printJson, printLine, remark } from '../console-output.ts';
import { withEntry } from '../entry-cell.ts';

export const collectCommand: Command = {
  usage: 'ENTRY',
  summary: 'takes the cells that jobs have finished into the entry, each once; may be run at any time',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(args) {
    const collected = await withEntry(args, 'write', (entry) => collectJobs(entry, Date.now()));
    const { cells, findings, jobsDone } = collected;
    for (const { place, message } of findings) remark(`${place}: ${message}`);
    if (args.flag('json')) printJson(collected);
    else printLine(`${cells} cells taken, ${jobsDone} jobs done`);
    return findings.length === 0 ? 0 : 1;
  },
};
