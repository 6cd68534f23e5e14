/** The entry of packed cells before anything is done with it, and what must be left of it whatever happens. */
import { expect } from 'vitest';
import type { Notebook } from '../../electron/lab/notebook/notebook.ts';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { samplePreview } from '../experiments/records/sample-records.ts';
import { sampleEntry } from '../electron/lab/notebook/sample-notebook.ts';
import { cells, onlyEntry, record, snapshotsOf } from './packed-cells.ts';

/** Makes the entry, its cells in files of their own. */
export async function createCells(notebook: Notebook): Promise<void> {
  const entry = await notebook.create(sampleEntry({ cells, targets: [] }));
  for (const cell of cells) await record(entry, cell, 0, 2);
}

/**
 * Every snapshot that was recorded is there with its preview, and the chain holds; whoever only looks may see the torn end
 * of a record that was being appended.
 */
export async function expectWholeCells(notebook: Notebook, mode: 'read' | 'write'): Promise<void> {
  const entry = await onlyEntry(notebook);
  for (const [at, cell] of cells.entries()) {
    const store = await entry.cell(cell.id);
    const epochs = store.index().map(({ epoch }) => epoch);
    expect(epochs.length).toBeGreaterThanOrEqual(2);
    expect(epochs).toEqual(at === 1 ? [0, 10] : [0, 10, 20].slice(0, epochs.length));
    for (const [number, epoch] of epochs.entries()) {
      expect(await store.snapshot(epoch)).toEqual(snapshotsOf(cell)[number]);
      expect(await store.preview(epoch)).toEqual(samplePreview(epoch));
    }
    if (mode === 'write') expect(store.problems.messages).toEqual([]);
  }
  if (mode === 'write') {
    const { cells: verdicts, findings } = await verifyChain(entry);
    expect([...findings, ...verdicts.flatMap((verdict) => verdict.findings)]).toEqual([]);
  }
}
