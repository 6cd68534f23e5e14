/** `collect`: takes what the jobs of an entry have trained into it. */
import { runLongProgram } from '../../job-systems/program-run.ts';
import { copyPacks, remoteEntryFrom } from '../../job-systems/remote-packs.ts';
import { collectJobs, haveEnded } from '../../lab/cluster/collect.ts';
import { makeMirror } from '../../lab/cluster/new-job.ts';
import type { Command } from '../command.ts';
import { printJson, printLine, remark } from '../console-output.ts';
import { withEntry } from '../entry-cell.ts';
import { UserError } from '../user-error.ts';

export const collectCommand: Command = {
  usage: 'ENTRY [--from HOST:FOLDER]',
  summary:
    'takes the cells that jobs have finished into the entry, each once; may be run at any time; --from: of the entry in a folder of another machine',
  options: { from: 'text' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const from = args.text('from');
    const remote = from === undefined ? null : remoteEntryFrom(from);
    if (from !== undefined && remote === null)
      throw new UserError(`--from must be HOST:FOLDER with the folder of the entry there, is '${from}'`);
    const collected = await withEntry(args, 'write', async (entry) => {
      if (remote !== null && !haveEnded(entry))
        await copyPacks(runLongProgram, remote, await makeMirror(entry.fileSystem, entry.path));
      return collectJobs(entry, Date.now());
    });
    const { cells, findings, jobsDone } = collected;
    for (const { place, message } of findings) remark(`${place}: ${message}`);
    if (args.flag('json')) printJson(collected);
    else printLine(`${cells} cells taken, ${jobsDone} jobs done`);
    return findings.length === 0 ? 0 : 1;
  },
};
