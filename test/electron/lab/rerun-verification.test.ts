import { describe, expect, it } from 'vitest';
import { openNotebook } from '../../../electron/lab/notebook.ts';
import { verifyByRerun } from '../../../electron/lab/rerun-verification.ts';
import type { CellVerdict } from '../../../electron/lab/chain-verdict.ts';
import { pngFromPicture } from '../../../experiments/targets/png.ts';
import { cellId } from '../../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { builtInPicture } from '../../../experiments/targets/built-in.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../../experiments/entries/sample-records.ts';
import { sampleEntry, temporaryFolder } from './sample-notebook.ts';

function cellOf(determinism: 'portable' | 'device'): SweepCell {
  const sample = sampleCell();
  const config = { ...sample.config, determinism };
  return { ...sample, config, id: cellId(config), epochs: 20 };
}

/** Verdict on a cell recorded on processor "A" and trained again by an executor that gives the weights of `seedCell`. */
async function verdict(cell: SweepCell, seedCell: string): Promise<CellVerdict> {
  const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
  try {
    const png = pngFromPicture(builtInPicture('ring'));
    const entry = await notebook.create(
      sampleEntry({ cells: [cell], targets: [{ digest: cell.config.target, png }] }),
    );
    const store = await entry.cell(cell.id);
    await store.appendEvent({ kind: 'started', engine: 'wasm', environment: { processor: 'A' } });
    for (const snapshot of sampleSnapshots(3, { cellId: cell.id, weights: 37 }))
      await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch, 4));
    const again = sampleSnapshots(3, { cellId: seedCell, weights: 37 });
    const [only] = await verifyByRerun({
      entry,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      executor: {
        threads: 1,
        cellsAtOnce: () => 1,
        runCell(_job, _engine, onMessage) {
          const done = Promise.resolve().then(() => {
            for (const snapshot of again) {
              onMessage({ kind: 'snapshot', snapshot, preview: samplePreview(snapshot.metrics.epoch, 4) });
            }
          });
          return { done, abort: () => undefined, acknowledge: () => undefined };
        },
      },
    });
    return only;
  } finally {
    await notebook.close();
  }
}

describe('a cell trained again', () => {
  it.each(['portable', 'device'] as const)(
    'holds where every snapshot is the same: %s',
    async (determinism) => {
      const cell = cellOf(determinism);
      expect(await verdict(cell, cell.id)).toMatchObject({ holds: true, snapshots: 3, findings: [] });
    },
  );

  it('does not hold where weights differ, and class device says on which machine it was trained', async () => {
    const portable = await verdict(cellOf('portable'), 'ffffffffffffffff');
    expect(portable.holds).toBe(false);
    expect(portable.findings[0]?.message).toBe('trained again, the weights at epoch 0 came out different');
    const device = await verdict(cellOf('device'), 'ffffffffffffffff');
    expect(device.holds).toBe(false);
    expect(device.findings[0]?.message).toMatch(/epoch 0 came out different; class device .*\(A\)$/);
  });
});
