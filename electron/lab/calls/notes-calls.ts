/** Calls about notes: plain text in the entry's folder, which other programs may change too. */
import { textDigest } from '../../../experiments/records/digests.ts';
import { ContractError } from '../../contract/contract.ts';
import type { Notes } from '../../contract/entries.ts';
import { mergedText } from '../../../experiments/text/line-merge.ts';
import { maybeComparison } from '../comparisons/comparison-files.ts';
import { readNotes, writeNotes } from '../notebook/notes-file.ts';
import type { CallHandlers } from './router.ts';
import { requireWritable, type LabContext } from './lab-context.ts';

type NotesCall = 'notes.read' | 'notes.write' | 'notes.undo';

/** Writes of one entry that are remembered while the program runs. */
const maxUndos = 100;

/** Handlers of the calls about notes. */
export function notesCalls(context: LabContext): CallHandlers<NotesCall> {
  const { fs, notebook, events } = context;
  const earlier = new Map<string, { readonly before: string; readonly after: string }[]>();

  const folderOf = async (entryId: string): Promise<string> => (await notebook.find(entryId)).path;
  const notesOf = (entryId: string, text: string): Notes => {
    return { text, revision: textDigest(text), undoable: (earlier.get(entryId)?.length ?? 0) > 0 };
  };
  const read = async (entryId: string): Promise<string> => {
    // A comparison is a file without a folder: notes belong to the entries that it names.
    if ((await maybeComparison(fs, notebook.dir, entryId)) !== null) return '';
    return readNotes(fs, await folderOf(entryId));
  };
  const write = async (entryId: string, text: string): Promise<Notes> => {
    await writeNotes(fs, await folderOf(entryId), text);
    const notes = notesOf(entryId, text);
    events.emit('notes.changed', { entryId, revision: notes.revision });
    return notes;
  };

  return {
    'notes.read': async ({ entryId }) => notesOf(entryId, await read(entryId)),
    async 'notes.write'({ entryId, text: given, revision }) {
      requireWritable(context);
      const text = given.replaceAll(/\r\n?/g, '\n');
      const before = await read(entryId);
      if (textDigest(before) !== revision) {
        throw new ContractError(
          'conflict',
          'The notes were changed elsewhere meanwhile. Nothing was written; read them again.',
        );
      }
      if (before === text) return notesOf(entryId, text);
      const notes = await write(entryId, text);
      earlier.set(entryId, [...(earlier.get(entryId) ?? []), { before, after: text }].slice(-maxUndos));
      return { ...notes, undoable: true };
    },
    async 'notes.undo'({ entryId }) {
      requireWritable(context);
      const writes = earlier.get(entryId) ?? [];
      const last = writes.at(-1);
      if (last === undefined) throw new ContractError('refused', 'There is nothing to undo.');
      // What others wrote since stays.
      const { text } = mergedText(last.after, last.before, await read(entryId));
      const notes = await write(entryId, text);
      writes.pop();
      return { ...notes, undoable: writes.length > 0 };
    },
  };
}
