/** The cell of an entry that a person means by the beginning of its id. */
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { LabError } from '../disk/lab-error.ts';

const mostShown = 12;

/** The only cell whose id begins so. Throws LabError 'not-found', 'ambiguous'. */
export function cellByBeginning(entryId: string, cells: readonly EntryCell[], beginning: string): EntryCell {
  const candidates = cells.filter(({ id }) => beginning !== '' && id.startsWith(beginning));
  const [only] = candidates;
  if (candidates.length === 1) return only;
  if (candidates.length > 1)
    throw new LabError('ambiguous', `Several cells begin with '${beginning}': ${shown(candidates)}.`);
  throw new LabError('not-found', `Entry ${entryId} has no cell '${beginning}'. It has ${shown(cells)}.`);
}

function shown(cells: readonly EntryCell[]): string {
  return cells
    .slice(0, mostShown)
    .map(({ id, label }) => `${id} (${label})`)
    .join(', ');
}
