/** A notebook whose one cell is done, to be altered. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { verifyChain, type EntryVerdict } from '../../../../electron/lab/verification/chain-level.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { weightsFileBytes, weightsFileName } from '../../../../electron/lab/notebook/weight-files.ts';
import { networkOfCell } from '../../../../experiments/sweeps/cell-network.ts';
import { cellId } from '../../../../experiments/sweeps/cell-identity.ts';
import {
  sampleCell,
  samplePreview,
  sampleSnapshots,
  sampleState,
} from '../../../experiments/records/sample-records.ts';
import { sampleEntry, temporaryFolder } from './sample-notebook.ts';

const sample = sampleCell();
/** The one cell of the entry. */
export const cell = { ...sample, id: cellId(sample.config), epochs: 20 };
const options = { cellId: cell.id, weights: 37 };

/** A notebook with one entry whose one cell is done. */
export async function doneNotebook(): Promise<{ dir: string; path: string }> {
  const dir = temporaryFolder();
  const notebook = await openNotebook(dir, { mode: 'write' });
  const entry = await notebook.create(
    sampleEntry({ cells: [cell], targets: [{ digest: 'ab'.repeat(32), png: Uint8Array.of(1, 2, 3) }] }),
  );
  const store = await entry.cell(cell.id);
  await store.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  for (const snapshot of sampleSnapshots(3, options))
    await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch, 4));
  await store.appendState(sampleState(25, options));
  await store.appendEvent({ kind: 'finished', epoch: 20, reason: 'goal' });
  const network = networkOfCell(cell.config, (await store.snapshot(10))?.weights ?? new Float32Array(0));
  await store.writeWeights(weightsFileName(10), weightsFileBytes(cell.id, 10, network));
  await entry.setCellSummary(cell.id);
  await notebook.close();
  return { dir, path: entry.path };
}

/** Verdict over an entry, read anew. */
export async function verdictOf(dir: string, path: string): Promise<EntryVerdict> {
  const notebook = await openNotebook(dir, { mode: 'read' });
  try {
    return await verifyChain(await notebook.find(path));
  } finally {
    await notebook.close();
  }
}

/** Changes every `step`-th byte of records, previews and a weight file, one at a time, and expects each change to be found where it is. */
export async function changeBytes(step: number): Promise<void> {
  const { dir, path } = await doneNotebook();
  const notebook = await openNotebook(dir, { mode: 'read' });
  const entry = await notebook.find(path);
  for (const name of ['records', 'previews', 'weights'] as const) {
    const file = join(path, 'cells', cell.id, name, ...(name === 'weights' ? [weightsFileName(10)] : []));
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += step) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 1 << (at % 8);
      writeFileSync(file, bytes);
      const verdict = await verifyChain(entry);
      if (verdict.holds) expect.fail(`byte ${at} of ${name} was changed and not found`);
      const [finding] = verdict.cells[0].findings;
      expect(finding).toMatchObject({
        part: name,
        cell: cell.id,
        ...(name === 'weights' ? { epoch: 10 } : { record: expect.any(Number) as number }),
      });
      const { from, to } = finding.bytes ?? { from: 0, to: 0 };
      if (!(from <= at && at < to)) expect.fail(`byte ${at} of ${name} was sought in ${from} to ${to}`);
    }
    writeFileSync(file, whole);
  }
  expect((await verifyChain(entry)).holds).toBe(true);
  await notebook.close();
}
