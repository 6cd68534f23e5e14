/** Calls about comparisons of cells of several entries. */
import type { Comparison } from '../../../experiments/comparisons/comparison-file.ts';
import { isoTime } from '../disk/iso-time.ts';
import type { KeptComparison } from '../../contract/comparisons.ts';
import {
  freeComparisonName,
  maybeComparison,
  readComparison,
  removeComparison,
  writeComparison,
  type NamedComparison,
} from '../comparisons/comparison-files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CallHandlers } from './router.ts';
import { requireWritable, type LabContext } from './lab-context.ts';

/** Handlers of the calls about comparisons. */
export function comparisonCalls(context: LabContext): CallHandlers<'comparison.make' | 'comparison.remove'> {
  const { fs, notebook, events, now } = context;
  return {
    async 'comparison.make'({ title, name, parts }) {
      requireWritable(context);
      for (const { entryId } of parts) await notebook.find(entryId);
      const comparison: Comparison = {
        title,
        created: isoTime(now()),
        parts: parts.map(({ entryId, cells }) => ({ entry: entryId, cells })),
        layout: { x: null, y: null },
      };
      const free = name ?? (await freeComparisonName(fs, notebook.dir, title));
      const place = await writeComparison(fs, notebook.dir, free, comparison);
      events.emit('notebook.changed', null);
      return kept(place, comparison);
    },
    async 'comparison.remove'({ id }) {
      requireWritable(context);
      const place = await maybeComparison(fs, notebook.dir, id);
      if (place === null) throw new LabError('not-found', 'This comparison is gone already.');
      const comparison = await readComparison(fs, place);
      await removeComparison(fs, place);
      events.emit('notebook.changed', null);
      return kept(place, comparison);
    },
  };
}

function kept({ id, name }: NamedComparison, { title, parts }: Comparison): KeptComparison {
  return { id, name, title, parts: parts.map(({ entry, cells }) => ({ entryId: entry, cells })) };
}
