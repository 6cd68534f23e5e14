import { expect, it } from 'vitest';
import { chainLink, firstLink, metricsDigest } from '../../../experiments/records/digests.ts';
import { decodeRecord, encodeRecord } from '../../../experiments/records/record-codec.ts';
import type { ResumeState, Snapshot } from '../../../experiments/records/snapshot.ts';
import { record, resumePoint, smallJob, smallPicture, timeless } from './cell-jobs.ts';
import { createToyEngine } from './toy-engine.ts';

const loss = (epoch: number) => (epoch === 57 ? 20 : 1 + (epoch % 5) / 10);
/** The preview has two fifths of the picture's size: its stride is no whole number. */
const job = smallJob({ epochs: 80, picture: smallPicture(25, 17) });

function throughRecords(snapshots: readonly Snapshot[]): Snapshot[] {
  return snapshots.flatMap((snapshot) => {
    const decoded = decodeRecord(encodeRecord({ type: 'snapshot', snapshot }));
    return decoded.type === 'snapshot' ? [decoded.snapshot] : [];
  });
}

function stateThroughRecords(state: ResumeState): ResumeState | null {
  const decoded = decodeRecord(encodeRecord({ type: 'state', state }));
  return decoded.type === 'state' ? decoded.state : null;
}

it('snapshots of a run can be written and read, and then still carry their links', async () => {
  const { snapshots, messages } = await record(createToyEngine({ loss }), job);
  const read = throughRecords(snapshots);
  expect(read).toEqual(snapshots);
  expect(read[1].metrics.truth?.stride).toBe(2.5);
  let link = firstLink(job.cellId);
  for (const { metrics, weightsDigest, link: own } of read) {
    link = chainLink(link, { epoch: metrics.epoch, weightsDigest, metricsDigest: metricsDigest(metrics) });
    expect(own).toBe(link);
  }
  for (const message of messages) {
    if (message.kind !== 'snapshot') continue;
    const decoded = decodeRecord(encodeRecord({ type: 'preview', preview: message.preview }));
    expect(decoded).toEqual({ type: 'preview', preview: message.preview });
  }
});

it('a run resumed from written records is the run that was never interrupted', async () => {
  const whole = await record(createToyEngine({ loss }), job);
  for (const stop of [1, 4, 30, 55, 57, 58, 60, 79]) {
    const abort = new AbortController();
    const onEpoch = (epoch: number) => (epoch === stop ? abort.abort() : undefined);
    const first = await record(createToyEngine({ loss, onEpoch }), job, abort.signal);
    const kept = throughRecords(first.snapshots);
    const resume = resumePoint(kept, stateThroughRecords(first.stopped!));
    const second = await record(createToyEngine({ loss }), { ...job, resume });
    expect(timeless([...kept, ...second.snapshots]), `stopped at ${stop}`).toEqual(timeless(whole.snapshots));
  }
});
