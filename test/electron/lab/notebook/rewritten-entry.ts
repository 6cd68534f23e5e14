/** Entries as somebody else could have written them: any content, in either version of the format, under digests that fit. */
import { createHash } from 'node:crypto';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { cellsText } from '../../../../experiments/entries/cells-json.ts';
import { entryText, storedEntryFrom } from '../../../../experiments/entries/entry-json.ts';
import type { EntryContent, FirstStoredEntry } from '../../../../experiments/entries/entry-schema.ts';
import type { SweepCell } from '../../../../experiments/sweeps/cell.ts';

/** The content of the only entry of a notebook, and its folder. */
export async function onlyEntry(
  notebook: string,
): Promise<{ readonly content: EntryContent; readonly path: string }> {
  const opened = await openNotebook(notebook, { mode: 'read' });
  try {
    const [summary] = await opened.list();
    const entry = await opened.find(summary.id);
    return { content: structuredClone(entry.json), path: entry.path };
  } finally {
    await opened.close();
  }
}

/** Writes an entry of this content, in this version, beside the entry in `model`, whose other files it gets. */
export function writeEntry(model: string, id: string, version: 1 | 2, content: EntryContent): string {
  const path = join(model, '..', `2026-11-30-${content.name}-${id}`);
  cpSync(model, path, { recursive: true });
  for (const name of ['cells.json', 'cells.index']) rmSync(join(path, name), { force: true });
  const cells = cellsText(content.cells as SweepCell[]);
  const digest = createHash('sha256').update(cells).digest('hex');
  const named = { ...content, id };
  const stored = version === 1 ? ({ ...named, version } as FirstStoredEntry) : storedEntryFrom(named, digest);
  writeFileSync(join(path, 'entry.json'), entryText(stored));
  if (version === 2) writeFileSync(join(path, 'cells.json'), cells);
  return path;
}
