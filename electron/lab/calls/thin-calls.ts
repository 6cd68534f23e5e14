/** The call that gives up weights and previews of an entry's snapshots, or tells what that would give back. */
import { policyFromText } from '../../../experiments/sweeps/policy-text.ts';
import { LabError } from '../disk/lab-error.ts';
import { planThinning, thinCells } from '../notebook/thinning.ts';
import type { CallHandlers } from './router.ts';
import { requireWritable, type LabContext } from './lab-context.ts';

/** Handler of the call that thins. */
export function thinCalls(context: LabContext): CallHandlers<'entry.thin'> {
  const { notebook, events } = context;
  return {
    async 'entry.thin'({ entryId, cellIds, keep, dryRun }, { signal, part }) {
      if (!dryRun) requireWritable(context);
      const policy = policyFromText(keep);
      const entry = await notebook.find(entryId);
      const cells = entry.json.cells.filter(({ id }) => cellIds === undefined || cellIds.includes(id));
      if (cells.length === 0) throw new LabError('not-found', `Entry ${entryId} has no such cells.`);
      const following = (what: string) => ({
        signal,
        onProgress: (done: number, of: number) => part({ done, of, what }),
      });
      const plan = await planThinning(entry, cells, policy, following('snapshots looked at'));
      if (!dryRun) {
        try {
          await thinCells(entry, plan, following('snapshots thinned'));
        } finally {
          events.emit('entry.thinned', { entryId });
        }
      }
      const { before, after, removed, left } = plan;
      return { before, after, removed, kept: left };
    },
  };
}
