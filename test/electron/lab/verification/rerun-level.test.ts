import { describe, expect, it } from 'vitest';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { verifyByRerun } from '../../../../electron/lab/verification/rerun-level.ts';
import type { CellVerdict } from '../../../../electron/lab/verification/chain-level.ts';
import { weightsDigest } from '../../../../experiments/records/digests.ts';
import { pngFromPicture } from '../../../../experiments/targets/png.ts';
import { cellId } from '../../../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../../../experiments/sweeps/cell.ts';
import { builtInPicture } from '../../../../experiments/targets/built-in.ts';
import { sampleCell, samplePreview, sampleSnapshots } from '../../../experiments/records/sample-records.ts';
import { sampleEntry, temporaryFolder } from '../notebook/sample-notebook.ts';

function cellOf(determinism: 'portable' | 'device', numerics?: string): SweepCell {
  const sample = sampleCell();
  const config = { ...sample.config, determinism, numerics: numerics ?? sample.config.numerics };
  return { ...sample, config, id: cellId(config), epochs: 20 };
}

/**
 * Verdict on a cell recorded on processor "A" by `engine` and trained again by an executor that gives the weights of
 * `seedCell`, each changed by `change`, where the GPU is "Card A".
 */
async function verdict(
  cell: SweepCell,
  seedCell: string,
  engine = 'WebAssembly SIMD',
  change: (weights: Float32Array, epoch: number) => Float32Array = (weights) => weights,
): Promise<CellVerdict> {
  const notebook = await openNotebook(temporaryFolder(), { mode: 'write' });
  try {
    const png = pngFromPicture(builtInPicture('ring'));
    const entry = await notebook.create(
      sampleEntry({ cells: [cell], targets: [{ digest: cell.config.target, png }] }),
    );
    const store = await entry.cell(cell.id);
    await store.appendEvent({ kind: 'started', engine: 'wasm', environment: { processor: 'A', engine } });
    for (const snapshot of sampleSnapshots(3, { cellId: cell.id, weights: 37 }))
      await store.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch, 4));
    const again = sampleSnapshots(3, { cellId: seedCell, weights: 37 });
    const [only] = await verifyByRerun({
      entry,
      adapter: () => Promise.resolve('Card A'),
      signal: new AbortController().signal,
      onProgress: () => undefined,
      executor: {
        threads: 1,
        cellsAtOnce: () => 1,
        runCell(_job, _engine, onMessage) {
          const done = Promise.resolve().then(() => {
            for (const recorded of again) {
              const weights = change(recorded.weights, recorded.metrics.epoch);
              const digest = weights === recorded.weights ? recorded.weightsDigest : weightsDigest(weights);
              const snapshot = { ...recorded, weights, weightsDigest: digest };
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

describe('a cell of a GPU trained again', () => {
  const cell = cellOf('device', 'webgpu-1');
  const scaled = (factor: number) => (weights: Float32Array) => weights.map((weight) => weight * factor);

  it('must have every bit again on the same adapter', async () => {
    const same = 'WebGPU on Card A (as asked)';
    expect(await verdict(cell, cell.id, same)).toMatchObject({ holds: true, findings: [] });
    const changed = await verdict(cell, cell.id, same, scaled(1 + 1e-6));
    expect(changed).toMatchObject({ holds: false });
    expect(changed).not.toHaveProperty('comparison');
  });

  it('is compared within a stated tolerance, in its first steps, on another one', async () => {
    const other = 'WebGPU on Card A Plus (as asked)';
    const close = await verdict(cell, cell.id, other, scaled(1 + 1e-6));
    expect(close).toMatchObject({ holds: true, findings: [], snapshots: 3 });
    expect(close.comparison).toBe(
      'recorded by WebGPU on Card A Plus (as asked), trained again on Card A: compared were the weights of the first ' +
        '50 steps within 0.0001 of the largest one; later snapshots were only reached again',
    );
    const far = await verdict(cell, cell.id, other, scaled(1.001));
    expect(far.holds).toBe(false);
    expect(far.findings[0]?.message).toMatch(
      /the weights \(by 1\.0e-3 of the largest one\) at epoch 0 came out different/,
    );
    const later = await verdict(cell, cell.id, other, (weights, epoch) =>
      scaled(epoch > 10 ? 2 : 1)(weights),
    );
    expect(later).toMatchObject({ holds: true });
    const broken = await verdict(cell, cell.id, other, (weights) => weights.map(() => NaN));
    expect(broken.holds).toBe(false);
  });
});
