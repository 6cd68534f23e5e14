/** Calls about the notebook as a whole: list, search, trash, disk use. */
import { basename, join } from 'node:path';
import type { EntryCard } from '../../contract/entries.ts';
import { idOf } from '../notebook/entry-names.ts';
import { folderBytes, freeBytes } from '../disk/folder-size.ts';
import { LabError } from '../disk/lab-error.ts';
import type { EntrySummary } from '../notebook/entry-summary.ts';
import { readNotes } from '../notebook/notes-file.ts';
import type { CallHandlers } from './router.ts';
import { eraseFromTrash, listTrash, moveFromTrash, moveToTrash } from '../notebook/trash.ts';
import { brokenComparison, cardFromEntry, cardFromSummary, cardFromTrash } from './entry-cards.ts';
import { listComparisons } from '../comparisons/comparison-files.ts';
import { shownEntry } from '../comparisons/shown-entry.ts';
import { requireWritable, type LabContext } from './lab-context.ts';

type NotebookCall =
  | 'notebook.import'
  | 'notebook.list'
  | 'notebook.trash'
  | 'notebook.restore'
  | 'notebook.erase'
  | 'notebook.disk';

/** Handlers of the calls about the notebook. */
export function notebookCalls(context: LabContext): CallHandlers<NotebookCall> {
  const { fs, notebook, queue, events, background, uploads } = context;
  const sizesIn = async (folder: string): Promise<{ id: string; bytes: number }[]> => {
    const path = join(notebook.dir, folder);
    if ((await fs.facts(path)) === null) return [];
    const sizes: { id: string; bytes: number }[] = [];
    for (const name of await fs.list(path)) {
      sizes.push({ id: idOf(basename(name)), bytes: await folderBytes(fs, join(path, name)) });
    }
    return sizes;
  };
  return {
    async 'notebook.list'({ search = '', tags = [], trashed = false }) {
      const hasTags = (card: Pick<EntryCard, 'tags'>): boolean =>
        tags.every((tag) => card.tags.includes(tag));
      const words = search
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      if (trashed) {
        const cards = (await listTrash(fs, notebook.dir)).map(cardFromTrash);
        return cards.filter((card) => hasTags(card) && matches(textOf(card), words));
      }
      const found: EntryCard[] = [];
      for (const summary of await notebook.list(queue.itemsToRun())) {
        if (!hasTags(summary)) continue;
        if (matches(textOf(summary), words) || (await hasInNotes(context, summary, words))) {
          found.push(cardFromSummary(summary));
        }
      }
      const comparisons = await comparisonCards(context);
      found.push(...comparisons.filter((card) => hasTags(card) && matches(textOf(card), words)));
      return found.sort((a, b) => Number(a.created < b.created) - Number(a.created > b.created));
    },
    async 'notebook.import'({ upload }, { signal, part }) {
      requireWritable(context);
      const unpacked = await uploads.use(upload, (path) =>
        background.run(
          'unpack',
          { notebook: notebook.dir, path },
          { signal, onProgress: (progress) => part({ ...progress, what: 'bytes checked' }) },
        ),
      );
      const entry = await notebook.adopt(unpacked);
      events.emit('notebook.changed', null);
      return { entryId: entry.id, remarks: unpacked.remarks };
    },
    async 'notebook.trash'({ entryId }) {
      requireWritable(context);
      const entry = await notebook.find(entryId);
      if (await queue.isRunning(entryId)) {
        throw new LabError('refused', 'A cell of this entry is running. Cancel it first.');
      }
      await queue.forget(entryId);
      await notebook.closeEntry(entry);
      await moveToTrash(fs, notebook.dir, entry.path);
      events.emit('notebook.changed', null);
      return null;
    },
    async 'notebook.restore'({ entryId }) {
      requireWritable(context);
      await moveFromTrash(fs, notebook.dir, entryId);
      events.emit('notebook.changed', null);
      return cardFromEntry(await notebook.find(entryId), queue.itemsToRun());
    },
    async 'notebook.erase'({ entryId }) {
      requireWritable(context);
      const taken = async (): Promise<number> =>
        sum([...(await sizesIn('entries')), ...(await sizesIn('trash'))]);
      const before = await taken();
      await eraseFromTrash(fs, notebook.dir, entryId);
      events.emit('notebook.changed', null);
      return { before, after: await taken() };
    },
    async 'notebook.disk'() {
      const kept = await sizesIn('entries');
      const trashed = await sizesIn('trash');
      return {
        entryBytes: sum(kept),
        trashBytes: sum(trashed),
        freeBytes: await freeBytes(notebook.dir),
        entries: [...kept, ...trashed].sort((a, b) => b.bytes - a.bytes),
      };
    },
  };
}

function sum(sizes: readonly { readonly bytes: number }[]): number {
  return sizes.reduce((total, { bytes }) => total + bytes, 0);
}

function textOf({ title, name, tags }: Pick<EntryCard, 'title' | 'name' | 'tags'>): string {
  return [title, name, ...tags].join('\n').toLowerCase();
}

function matches(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

/** Cards of the comparisons; what cannot be read says why. */
async function comparisonCards({ fs, notebook, queue }: LabContext): Promise<EntryCard[]> {
  const cards: EntryCard[] = [];
  for (const { id, name } of await listComparisons(fs, notebook.dir)) {
    try {
      cards.push(cardFromEntry(await shownEntry(notebook, id), queue.itemsToRun()));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      cards.push(brokenComparison(id, name, error.message));
    }
  }
  return cards;
}

async function hasInNotes(
  { fs }: LabContext,
  summary: EntrySummary,
  words: readonly string[],
): Promise<boolean> {
  try {
    const notes = await readNotes(fs, summary.path);
    return matches(`${textOf(summary)}\n${notes.toLowerCase()}`, words);
  } catch (error) {
    // An entry without readable notes does not have the words in them.
    if (error instanceof LabError) return false;
    throw error;
  }
}
