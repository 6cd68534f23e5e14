/** `thin`: gives up weights and previews of snapshots, to a snapshot policy; measures, digests and links stay. */
import { performance } from 'node:perf_hooks';
import type { EntryCell } from '../../experiments/entries/entry-schema.ts';
import { policyFromText } from '../../experiments/sweeps/policy-text.ts';
import { chosenCells } from '../lab/exports/chosen-cells.ts';
import {
  planThinning,
  thinCells,
  type ThinningOptions,
  type ThinningPlan,
} from '../lab/notebook/thinning.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import { stopOnInterrupt } from './measure.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { formatBytes, printJson, printLine, remark } from './console-output.ts';
import { withEntry } from './entry-cell.ts';
import { ProgressDisplay } from './run-progress.ts';

export const thinCommand: Command = {
  usage: 'ENTRY --keep "every 100"|"log 60"|"budget 200 MB" [--cell ID] [--where FILTER] [--dry-run]',
  summary:
    'gives up weights and previews of the snapshots that a policy does not keep; measures, digests and links stay, so that the entry verifies, is charted and is continued as before',
  options: { keep: 'text', cell: 'text', where: 'text', 'dry-run': 'flag' },
  positionals: { min: 1, max: 1 },
  run: thin,
};

async function thin(args: Arguments): Promise<number> {
  const policy = policyFromText(args.requiredText('keep'));
  const isDry = args.flag('dry-run');
  const stop = stopOnInterrupt();
  const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
  const following = (what: string): ThinningOptions => ({
    signal: stop.signal,
    onProgress: (done, of) => display.update(() => [`${done} of ${of} snapshots ${what}`]),
  });
  try {
    const { id, plan } = await withEntry(args, isDry ? 'read' : 'write', async (entry) => {
      const cells = await cellsFromArguments(entry, args);
      const planned = await planThinning(entry, cells, policy, following('looked at'));
      if (!isDry) await thinCells(entry, planned, following('thinned'));
      return { id: entry.id, plan: planned };
    });
    display.end();
    const { before, after, removed, left } = plan;
    if (args.flag('json')) printJson({ entry: id, dryRun: isDry, before, after, removed, kept: left });
    else printLine(words(plan, isDry));
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    display.end();
    remark('Stopped; each cell is thinned or as it was. Run the same command again to go on.');
    return 130;
  } finally {
    stop.release();
  }
}

async function cellsFromArguments(entry: EntryStore, args: Arguments): Promise<readonly EntryCell[]> {
  const chosen = await chosenCells(entry, args.text('where'));
  const given = args.text('cell');
  const id = given === undefined ? undefined : (await entry.cell(given)).id;
  return chosen.filter((cell) => id === undefined || cell.id === id);
}

/** What was done, or would be, for people. */
function words({ before, after, removed, left }: ThinningPlan, isDry: boolean): string {
  const count = `${removed.toLocaleString('en')} of ${(removed + left).toLocaleString('en')} snapshots`;
  const sizes = `${formatBytes(before)} before, ${formatBytes(after)} ${isDry ? 'afterwards' : 'now'}`;
  return `${count} ${isDry ? 'would lose' : 'lost'} their weights: ${sizes}`;
}
