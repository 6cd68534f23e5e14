/**
 * Verification by a second implementation: onnxruntime evaluates the exported ONNX model of stored snapshots, and its
 * values and hashes are compared with the lab's own frame of the same weights and with the stored preview.
 */
import type { Frame, FrameRequest } from '../../../experiments/engines/engine.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import type { Finding } from '../../../experiments/entries/chain-verification.ts';
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import {
  disagreement,
  frameAgreement,
  frameTolerance,
  previewDisagreement,
  totalAgreement,
  type FrameAgreement,
} from '../../../experiments/entries/frame-agreement.ts';
import { OnnxNetwork, type OnnxLibrary } from '../../../experiments/formats/onnx-evaluation.ts';
import { encodeOnnx } from '../../../experiments/formats/onnx-model.ts';
import { networkOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { evenlySpread } from '../../../experiments/sweeps/snapshot-epochs.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { thinnedCount, type CellVerdict, type EntryVerdict, type FrameVerdict } from './chain-level.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { LabError } from '../disk/lab-error.ts';

/** What the second implementation needs to look at an entry's frames. */
export interface FrameVerification {
  readonly entry: EntryStore;
  /** Those that are looked at; all where left out. */
  readonly cells?: readonly EntryCell[];
  readonly library: OnnxLibrary;
  /** The lab's own frame. */
  readonly renderFrame: (request: FrameRequest) => Promise<Frame>;
  /** Snapshots of each cell that are checked, spread evenly over its run, the first and the last among them; null: all. */
  readonly snapshots: number | null;
  readonly onProgress: (done: number, of: number) => void;
}

/** Verdicts over cells of an entry, frame by frame. A cell without snapshots holds. */
export async function verifyFrames(request: FrameVerification): Promise<EntryVerdict> {
  const { entry, snapshots, onProgress } = request;
  const plans: { json: EntryCell; store: CellStore; epochs: readonly number[] }[] = [];
  for (const json of request.cells ?? entry.json.cells) {
    const store = await entry.cell(json.id);
    const epochs = store.keptEpochs();
    plans.push({ json, store, epochs: snapshots === null ? epochs : evenlySpread(epochs, snapshots) });
  }
  const total = plans.reduce((sum, { epochs }) => sum + epochs.length, 0);
  let done = 0;
  const cells: CellVerdict[] = [];
  for (const { json, store, epochs } of plans) {
    const frames: FrameVerdict[] = [];
    const findings: Finding[] = [];
    for (const epoch of epochs) {
      const checked = await checkSnapshot(request, json, store, epoch);
      findings.push(...checked.findings);
      if (checked.agreement !== null)
        frames.push({ epoch, holds: checked.findings.length === 0, ...checked.agreement });
      onProgress(++done, total);
    }
    const cellWide = disagreement(totalAgreement(frames), frameTolerance.equalHashes);
    if (cellWide !== null && findings.length === 0) {
      findings.push(findingOf(json.id, null, null, 'frames', `over all frames checked, ${cellWide}`));
    }
    const { id, label } = json;
    const holds = findings.length === 0;
    const thinned = store.index().length - store.keptEpochs().length;
    cells.push({ id, label, holds, snapshots: epochs.length, ...thinnedCount(thinned), findings, frames });
  }
  return { holds: cells.every(({ holds }) => holds), findings: [], cells };
}

async function checkSnapshot(
  { library, renderFrame }: FrameVerification,
  json: EntryCell,
  store: CellStore,
  epoch: number,
): Promise<{ findings: Finding[]; agreement: FrameAgreement | null }> {
  const findings: Finding[] = [];
  const add = (part: 'records' | 'previews', field: string, message: string): void => {
    findings.push({ ...findingOf(json.id, epoch, store.bytesOf(part, epoch), field, message), part });
  };
  try {
    const snapshot = await store.snapshot(epoch);
    if (snapshot === null) throw new LabError('damaged', 'The snapshot is gone.');
    const preview = await store.preview(epoch);
    if (preview === null) add('previews', 'preview', 'the preview is missing or damaged');
    const network = networkOfCell(sweepCellFrom(json).config, snapshot.weights);
    const [width, height] = preview === null ? [128, 128] : [preview.width, preview.height];
    const planes = { hashes: true };
    const lab = await renderFrame({ network, view: unitView, width, height, planes, precision: 'float64' });
    const model = await OnnxNetwork.open(library, encodeOnnx(network, {}, 'float64'), 'float64');
    try {
      const other = await model.frame(unitView, width, height);
      const agreement = frameAgreement(
        { values: lab.values, hashes: lab.hashes ?? new Uint32Array(0) },
        other,
      );
      const apart = disagreement(agreement, frameTolerance.equalHashesOfOne);
      if (apart !== null) add('records', 'frame', `onnxruntime and the lab disagree: ${apart}`);
      const blot = preview === null ? null : previewDisagreement(preview, other);
      if (blot !== null) add('previews', 'preview', blot);
      return { findings, agreement };
    } finally {
      await model.close();
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    add('records', 'snapshot', error.message);
    return { findings, agreement: null };
  }
}

function findingOf(
  cell: string,
  epoch: number | null,
  bytes: Finding['bytes'],
  field: string,
  message: string,
): Finding {
  return { part: 'records', cell, record: null, epoch, bytes, field, message };
}
