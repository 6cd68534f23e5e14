import { expect, test } from 'vitest';
import { openNotebook } from '../../../electron/lab/notebook.ts';
import { samplePreview, sampleSnapshots, sampleState } from '../../experiments/entries/sample-records.ts';
import { sampleEntry, temporaryFolder } from './sample-notebook.ts';

test('what was put into a cell comes back bit for bit from a second opening', async () => {
  const dir = temporaryFolder();
  const snapshots = sampleSnapshots(7);
  const writing = await openNotebook(dir, { mode: 'write' });
  const entry = await writing.create(sampleEntry());
  const cell = await entry.cell('0123456789abcdef');
  expect(cell.state).toBe('queued');
  await cell.appendEvent({ kind: 'started', engine: 'wasm', environment: {} });
  expect(cell.state).toBe('running');
  for (const snapshot of snapshots)
    await cell.appendSnapshot(snapshot, samplePreview(snapshot.metrics.epoch));
  await cell.appendState(sampleState(65));
  await cell.appendEvent({ kind: 'paused', epoch: 65 });
  await entry.setCellSummary(cell.id);
  await writing.close();

  const reading = await openNotebook(dir, { mode: 'read' });
  const again = await (await reading.find(entry.id)).cell('01234');
  expect(again.state).toBe('paused');
  expect(again.problems).toEqual({ messages: [], setAside: [] });
  for (const snapshot of snapshots) {
    const { epoch } = snapshot.metrics;
    expect(await again.snapshot(epoch)).toEqual(snapshot);
    expect(await again.preview(epoch)).toEqual(samplePreview(epoch));
  }
  expect(await again.resumePoint()).toEqual({
    ...sampleState(65),
    recordedEpoch: 60,
    recordedLink: snapshots[6].link,
    recordedWeightsDigest: snapshots[6].weightsDigest,
    recordedSnapshots: 7,
  });
  await reading.close();
});
