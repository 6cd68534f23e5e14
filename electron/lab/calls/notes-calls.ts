/** Calls about notes: plain text in the entry's folder, which other programs may change too. */
import { textDigest } from '../../../experiments/records/digests.ts';
import { ContractError } from '../../contract/contract.ts';
import type { Notes } from '../../contract/entries.ts';
import { writeWhole } from '../disk/files.ts';
import { notesPath, readNotes } from '../notebook/notes-file.ts';
import type { CallHandlers } from './router.ts';
import { requireWritable, type LabContext } from './lab-context.ts';

type NotesCall = 'notes.read' | 'notes.write' | 'notes.undo';

/** Earlier texts of one entry that are remembered while the program runs. */
const maxUndos = 100;

/** Handlers of the calls about notes. */
export function notesCalls(context: LabContext): CallHandlers<NotesCall> {
  const { fs, notebook, events } = context;
  const earlier = new Map<string, string[]>();

  const folderOf = async (entryId: string): Promise<string> => (await notebook.find(entryId)).path;
  const notesOf = (entryId: string, text: string): Notes => {
    return { text, revision: textDigest(text), undoable: (earlier.get(entryId)?.length ?? 0) > 0 };
  };
  const read = async (entryId: string): Promise<string> => readNotes(fs, await folderOf(entryId));
  const write = async (entryId: string, text: string): Promise<Notes> => {
    await writeWhole(fs, notesPath(await folderOf(entryId)), new TextEncoder().encode(text));
    const notes = notesOf(entryId, text);
    events.emit('notes.changed', { entryId, revision: notes.revision });
    return notes;
  };

  return {
    'notes.read': async ({ entryId }) => notesOf(entryId, await read(entryId)),
    async 'notes.write'({ entryId, text, revision }) {
      requireWritable(context);
      const before = await read(entryId);
      if (textDigest(before) !== revision) {
        throw new ContractError(
          'conflict',
          'The notes were changed elsewhere meanwhile. Nothing was written; read them again.',
        );
      }
      if (before === text) return notesOf(entryId, text);
      earlier.set(entryId, [...(earlier.get(entryId) ?? []), before].slice(-maxUndos));
      return write(entryId, text);
    },
    async 'notes.undo'({ entryId }) {
      requireWritable(context);
      const texts = earlier.get(entryId) ?? [];
      const last = texts.at(-1);
      if (last === undefined) throw new ContractError('refused', 'There is nothing to undo.');
      const notes = await write(entryId, last);
      texts.pop();
      return { ...notes, undoable: texts.length > 0 };
    },
  };
}
