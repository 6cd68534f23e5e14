/** What the recording program records. */
import type { NewEntry } from '../../electron/lab/notebook/new-entry.ts';
import { firstLink } from '../../experiments/records/digests.ts';
import { cellId } from '../../experiments/sweeps/cell-identity.ts';
import { sampleCell } from '../experiments/records/sample-records.ts';

const { config, ...sample } = sampleCell();

export const recordedSnapshots = 2000;

export const recordedCell = { ...sample, config, id: cellId(config), epochs: (recordedSnapshots - 1) * 10 };

export const recordedOptions = {
  cellId: recordedCell.id,
  weights: 3000,
  firstLink: firstLink(recordedCell.id),
};

export const recordedEntry: NewEntry = {
  name: 'recorded',
  title: 'Recorded until killed',
  sweepText: 'name: recorded\n',
  cells: [recordedCell],
  snapshots: { policy: { kind: 'every', epochs: 10 }, keyFrameEvery: 4, previewSize: 32, truthStride: 4 },
  targets: [{ digest: 'ab'.repeat(32), png: Uint8Array.of(1, 2, 3) }],
  environment: { version: '0.1.0' },
  created: new Date('2026-11-20T12:00:00Z'),
};
