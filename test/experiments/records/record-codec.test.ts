import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeRecord,
  decodeRecordHead,
  encodeRecord,
  type CellRecord,
} from '../../../experiments/records/record-codec.ts';
import { recordPayload } from '../../../experiments/records/record-payload.ts';
import { firstLink } from '../../../experiments/records/digests.ts';
import type { CellEvent, Snapshot } from '../../../experiments/records/snapshot.ts';
import { samplePreview, sampleSnapshot, sampleSnapshots, sampleState } from './sample-records.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

function roundTrip(record: CellRecord): CellRecord {
  return decodeRecord(encodeRecord(record));
}

test('snapshots come back bit for bit, with and without a key frame', () => {
  for (const snapshot of sampleSnapshots(6, { weights: 700 })) {
    expect(roundTrip({ type: 'snapshot', snapshot })).toEqual({ type: 'snapshot', snapshot });
  }
});

test('what is left of a thinned snapshot comes back bit for bit, and has no state and no weights', () => {
  const whole = sampleSnapshot(10, firstLink('x'), true, { weights: 700 });
  const { metrics, weightsDigest, link, seconds } = whole;
  const record: CellRecord = { type: 'thinned', snapshot: { metrics, weightsDigest, link, seconds } };
  expect(roundTrip(record)).toEqual(record);
  const bytes = encodeRecord(record);
  expect(decodeRecordHead(bytes)).toEqual({ type: 'thinned', metrics, weightsDigest, link, seconds });
  expect(bytes.length).toBeLessThan(encodeRecord({ type: 'snapshot', snapshot: whole }).length / 3);
});

test('states, previews and events of every kind come back as they were', () => {
  const events: CellEvent[] = [
    { kind: 'started', engine: 'wasm', environment: { version: '0.1.0' } },
    { kind: 'resumed', epoch: 7, engine: 'wasm', environment: {} },
    { kind: 'paused', epoch: 0 },
    { kind: 'cancelled', epoch: 3 },
    { kind: 'finished', epoch: 6000, reason: 'early stop' },
    { kind: 'failed', epoch: 3, failure: 'diverged', message: 'the loss is "NaN" \u{1f4a5}' },
  ];
  const time = '2026-11-20T12:00:00.000Z';
  const records: CellRecord[] = [
    { type: 'state', state: sampleState(65) },
    { type: 'state', state: { ...sampleState(5), state: { ...sampleState(5).state, moments: [] } } },
    { type: 'preview', preview: samplePreview(30, 33) },
    ...events.map((event) => ({ type: 'event' as const, time, event })),
  ];
  for (const record of records) expect(roundTrip(record)).toEqual(record);
});

test('numbers that JSON cannot write come back: NaN, infinities, -0, and any float64', () => {
  const anyNumber = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0));
  fc.assert(
    fc.property(anyNumber, anyNumber, anyNumber, (trainMse, loss, norm) => {
      const base = sampleSnapshot(10, firstLink('x'), false);
      const metrics = {
        ...base.metrics,
        trainMse,
        truth: { stride: 8, mse: norm, iou: loss },
        epochs: [{ epoch: 10, loss, gradientNorm: norm }],
        gradientNorms: [norm, trainMse],
      };
      const snapshot: Snapshot = { ...base, metrics };
      expect(roundTrip({ type: 'snapshot', snapshot })).toEqual({ type: 'snapshot', snapshot });
    }),
    { numRuns: fuzzRuns(100) },
  );
});

test('the head of a record is what its content says', () => {
  const snapshot = sampleSnapshots(5)[4];
  const { metrics, link, seconds, weightsDigest } = snapshot;
  expect(decodeRecordHead(encodeRecord({ type: 'snapshot', snapshot }))).toEqual({
    type: 'snapshot',
    metrics,
    link,
    seconds,
    weightsDigest,
    keyFrame: true,
  });
  expect(decodeRecordHead(encodeRecord({ type: 'preview', preview: samplePreview(30) }))).toEqual({
    type: 'preview',
    epoch: 30,
  });
  expect(decodeRecordHead(encodeRecord({ type: 'state', state: sampleState(65) }))).toMatchObject({
    type: 'state',
    epoch: 65,
  });
});

test('a key frame that is not the state of its snapshot is refused', () => {
  const [snapshot] = sampleSnapshots(1);
  const keyFrame = snapshot.keyFrame!;
  const wrong = [
    { ...keyFrame, seconds: keyFrame.seconds + 1 },
    { ...keyFrame, state: { ...keyFrame.state, epoch: 1 } },
    { ...keyFrame, state: { ...keyFrame.state, step: 1 } },
    { ...keyFrame, state: { ...keyFrame.state, parameters: new Float32Array(40) } },
    { ...keyFrame, pendingEpochs: [{ epoch: 1, loss: 1, gradientNorm: 1 }] },
  ];
  for (const keyFrameOfOther of wrong) {
    const record: CellRecord = { type: 'snapshot', snapshot: { ...snapshot, keyFrame: keyFrameOfOther } };
    expect(() => encodeRecord(record)).toThrow(expect.objectContaining({ code: 'malformed' }));
  }
});

test('a preview whose planes do not have its size is refused', () => {
  const preview = { ...samplePreview(0, 8), width: 9 };
  expect(() => encodeRecord({ type: 'preview', preview })).toThrow(
    expect.objectContaining({ code: 'malformed' }),
  );
});

test('bytes after the last section, and sections beyond the end, are refused', () => {
  const payload = encodeRecord({ type: 'preview', preview: samplePreview(0) });
  for (const bytes of [Uint8Array.of(...payload, 0), payload.subarray(0, -1)]) {
    expect(() => decodeRecord(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(() => decodeRecordHead(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }));
  }
});

test('a type of a newer version is told apart from damage', () => {
  const newer = recordPayload({ type: 'landscape', what: 1 }, {});
  expect(() => decodeRecord(newer)).toThrow(expect.objectContaining({ code: 'unknown-type' }));
  const damaged = recordPayload(
    { type: 'event', time: 'yesterday', event: { kind: 'paused', epoch: 1 } },
    {},
  );
  expect(() => decodeRecord(damaged)).toThrow(expect.objectContaining({ code: 'malformed' }));
});
