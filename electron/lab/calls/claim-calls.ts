/** Calls about claims beside those of a sweep: checking them while they are written, and keeping them. */
import { claimsOfSweep, type AskedClaim } from '../../../experiments/findings/claims-file.ts';
import { registrationOf } from '../../../experiments/findings/findings-log.ts';
import { cellsOfClaim } from '../../../experiments/findings/judge.ts';
import type { PlacedCell } from '../../../experiments/findings/judged-cell.ts';
import { claimText, registrationText } from '../../../experiments/findings/verdict-text.ts';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { yamlTree } from '../../../experiments/sweeps/yaml-tree.ts';
import type { SweepAxis } from '../../contract/entries.ts';
import type { ClaimsDraft } from '../../contract/findings.ts';
import type { PlainValue } from '../../contract/sweeps.ts';
import {
  claimsOfEntry,
  claimsToAdd,
  keepAddedClaims,
  lastLinks,
  placedCells,
} from '../findings/entry-claims.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { editedSweep } from '../sweeps/sweep-edits.ts';
import { currentEntry, requireWritable, type LabContext } from './lab-context.ts';
import type { CallHandlers } from './router.ts';

/** Handlers of the calls about claims that are added to an entry. */
export function claimCalls(context: LabContext): CallHandlers<'claims.draft' | 'claims.keep'> {
  const { notebook, events, now } = context;
  return {
    async 'claims.draft'({ entryId, yaml, edits }) {
      const entry = await currentEntry(context, entryId);
      const kept = yaml ?? (await claimsOfEntry(entry)).added;
      return draftOf(entry, edits.length === 0 ? kept : editedSweep(kept, edits));
    },
    async 'claims.keep'({ entryId, yaml }) {
      requireWritable(context);
      await keepAddedClaims(await notebook.find(entryId), yaml, now());
      events.emit('entry.changed', { entryId });
      return null;
    },
  };
}

async function draftOf(entry: EntryStore, yaml: string): Promise<ClaimsDraft> {
  const cells = placedCells(entry);
  const shared = {
    yaml,
    document: documentOf(yaml),
    axes: axesOf(cells),
    taken: [...new Set(claimsOfSweep(entry.sweepText).map(({ finding }) => finding))],
  };
  const claims = maybeClaims(entry, yaml);
  if (claims instanceof SweepError) {
    const problem = { line: claims.line, column: null, message: claims.message.replace(/^line \d+: /, '') };
    return { ...shared, problem, claims: [] };
  }
  const { log } = await claimsOfEntry(entry);
  const links = await lastLinks(entry);
  const marked = claims.map(({ claim, digest }) => {
    const ids = cellsOfClaim(claim, cells).map(({ id }) => id);
    const known = ids.filter((id) => Object.hasOwn(links, id)).length;
    const now = { time: '', known, of: ids.length, seeds: 0 };
    return {
      text: claimText(claim),
      registered: registrationText(registrationOf(digest, ids, log) ?? now),
    };
  });
  return { ...shared, problem: null, claims: marked };
}

function maybeClaims(entry: EntryStore, yaml: string): AskedClaim[] | SweepError {
  try {
    return claimsToAdd(entry, yaml);
  } catch (error) {
    if (error instanceof SweepError) return error;
    throw error;
  }
}

/** The text as plain data; null where it is empty or not YAML. */
function documentOf(yaml: string): PlainValue {
  try {
    return yamlTree(yaml).data as PlainValue;
  } catch (error) {
    if (error instanceof SweepError) return null;
    throw error;
  }
}

/** Axes of claims with all of their values, in the order of the cells. */
function axesOf(cells: readonly PlacedCell[]): SweepAxis[] {
  const values = new Map<string, Set<AxisValue>>();
  for (const { axes } of cells)
    for (const [name, value] of Object.entries(axes)) {
      const known = values.get(name) ?? new Set();
      values.set(name, known.add(value));
    }
  return [...values].map(([name, known]) => ({ name, values: [...known] }));
}
