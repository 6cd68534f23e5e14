/** The notebook as a whole: its list, its trash, the room it takes. */
import { z } from 'zod';
import { type Progress, call } from './call.ts';
import type { EntryCard } from './entries.ts';
import { entryId, nothing, tag, upload } from './fields.ts';

/** Disk use in bytes; entries from largest to smallest, those in the trash among them. */
export interface NotebookDisk {
  readonly entryBytes: number;
  readonly trashBytes: number;
  readonly entries: readonly { readonly id: string; readonly bytes: number }[];
  readonly freeBytes: number;
}

/** Calls about the notebook. */
export const notebookCalls = {
  /** Cards of entries, newest first. `search` looks in titles, names, tags and notes; every tag must be there. */
  'notebook.list': call<readonly EntryCard[]>()(
    z.strictObject({
      search: z.string().max(500).optional(),
      tags: z.array(tag).max(50).optional(),
      trashed: z.boolean().optional(),
    }),
  ),
  /** Moves an entry to the notebook's trash; `notebook.restore` undoes it. Refused while a cell of it runs. */
  'notebook.trash': call<null>()(z.strictObject({ entryId })),
  'notebook.restore': call<EntryCard>()(z.strictObject({ entryId })),
  /** Deletes an entry of the trash for good, or all of them where none is named; bytes of the notebook before and after. */
  'notebook.erase': call<{ readonly before: number; readonly after: number }>()(
    z.strictObject({ entryId: entryId.optional() }),
  ),
  'notebook.disk': call<NotebookDisk>()(nothing),
  /** The entry of an .eln archive, checked in full before anything is written. Parts tell progress. */
  'notebook.import': call<{ readonly entryId: string; readonly remarks: readonly string[] }, Progress>()(
    z.strictObject({ upload }),
  ),
};

/** What the lab tells of it by itself. */
export interface NotebookEvents {
  /** Entries came, went or were renamed: list them again. */
  'notebook.changed': null;
}
