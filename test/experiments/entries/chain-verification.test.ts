import { expect, test } from 'vitest';
import { ChainVerification, type Finding } from '../../../experiments/entries/chain-verification.ts';
import type { LogPosition } from '../../../experiments/records/record-log.ts';
import { encodeRecord, type CellRecord } from '../../../experiments/records/record-codec.ts';
import { firstLink, stateDigest, weightsDigest } from '../../../experiments/records/digests.ts';
import { recordPayload } from '../../../experiments/records/record-payload.ts';
import type { Snapshot } from '../../../experiments/records/snapshot.ts';
import {
  sampleCellId,
  sampleSnapshot,
  sampleSnapshots,
  sampleState,
  sampleWeights,
} from '../records/sample-records.ts';

const snapshots = sampleSnapshots(8);
const end = { id: sampleCellId, lastEpoch: 70, lastLink: snapshots[7].link };

function asRecords(list: readonly Snapshot[]): CellRecord[] {
  return list.map((snapshot) => ({ type: 'snapshot', snapshot }));
}

function findingsOf(records: readonly CellRecord[], expected: typeof end = end): Finding[] {
  const chain = new ChainVerification(expected);
  records.forEach((record, number) => chain.visit(encodeRecord(record), place(number), number));
  return chain.finish(null);
}

/** Where a record could lie: its frame is 40 bytes long. */
function place(number: number): LogPosition {
  return { offset: 1000 * number, length: 32 };
}

/** Record, epoch and field of what was found. */
function places(findings: readonly Finding[]): unknown[] {
  return findings.map(({ record, epoch, field }) => [record, epoch, field]);
}

/** The snapshots with number `at` changed; the checksums are right. */
function changed(at: number, change: (snapshot: Snapshot) => Partial<Snapshot>): CellRecord[] {
  return asRecords(
    snapshots.map((snapshot, number) => (number === at ? { ...snapshot, ...change(snapshot) } : snapshot)),
  );
}

test('records as they were written have no findings, whatever stands between the snapshots', () => {
  expect(findingsOf(asRecords(snapshots))).toEqual([]);
  const event = { kind: 'resumed' as const, epoch: 35, engine: 'wasm', environment: {} };
  const between: CellRecord[] = [
    { type: 'event', time: '2026-11-20T12:00:00.000Z', event },
    { type: 'state', state: sampleState(35) },
  ];
  const records = asRecords(snapshots);
  expect(findingsOf([...records.slice(0, 4), ...between, ...records.slice(4)])).toEqual([]);
});

/** The records with the snapshots of these numbers thinned. */
function thinned(records: readonly CellRecord[], numbers: readonly number[]): CellRecord[] {
  return records.map((record, number) => {
    if (record.type !== 'snapshot' || !numbers.includes(number)) return record;
    const { metrics, weightsDigest: digest, link, seconds } = record.snapshot;
    return { type: 'thinned', snapshot: { metrics, weightsDigest: digest, link, seconds } };
  });
}

test('the chain goes on through snapshots that were thinned, key frames among them', () => {
  const records = thinned(asRecords(snapshots), [1, 2, 3, 4, 6]);
  const chain = new ChainVerification(end);
  records.forEach((record, number) => chain.visit(encodeRecord(record), place(number), number));
  expect(chain.finish(null)).toEqual([]);
  expect(chain.epochs).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
  expect([...chain.thinned]).toEqual(
    [10, 20, 30, 40, 60].map((epoch) => [epoch, snapshots[epoch / 10].weightsDigest]),
  );
  expect(chain.placeOf(40)).toBeUndefined();
  expect(chain.placeOf(50)).toEqual(place(5));
});

test('what was altered in a thinned snapshot is found, and that one is gone', () => {
  const numbers = [1, 2, 3, 4];
  const measures = changed(2, ({ metrics }) => ({ metrics: { ...metrics, trainMse: 0 } }));
  expect(places(findingsOf(thinned(measures, numbers)))).toEqual([[2, 20, 'metrics']]);
  const digest = changed(2, () => ({ weightsDigest: 'ab'.repeat(32) }));
  expect(places(findingsOf(thinned(digest, numbers)))).toEqual([[2, 20, 'metrics']]);
  const link = changed(2, () => ({ link: 'ab'.repeat(32) }));
  expect(places(findingsOf(thinned(link, numbers)))).toEqual([[2, 20, 'link']]);
  const fewer = thinned(asRecords(snapshots), numbers).filter((_, number) => number !== 3);
  expect(findingsOf(fewer)).not.toEqual([]);
});

test('the first and the last snapshot have to keep their weights', () => {
  expect(places(findingsOf(thinned(asRecords(snapshots), [0, 3])))).toEqual([[null, 0, 'weights']]);
  expect(places(findingsOf(thinned(asRecords(snapshots), [3, 7])))).toEqual([[null, 70, 'weights']]);
});

test('a stop while a run trains again up to the last snapshot leaves a state before it, which holds', () => {
  const records = asRecords(snapshots);
  for (const epoch of [41, 45, 60, 69]) {
    // Nothing is pending while it catches up: the losses that it remembers are those up to its own epoch.
    const { state, monitor, seconds } = sampleState(epoch, { every: 1 });
    const stop: CellRecord = { type: 'state', state: { state, monitor, seconds, pendingEpochs: [] } };
    expect(findingsOf([...records, stop])).toEqual([]);
    const forged = { ...monitor, recentLosses: sampleState(epoch - 1, { every: 1 }).monitor.recentLosses };
    const altered: CellRecord = { type: 'state', state: { ...stop.state, monitor: forged } };
    expect(places(findingsOf([...records, altered]))).toEqual([[8, epoch, 'recent losses']]);
  }
});

test('records may be ahead of entry.json, but not behind it', () => {
  expect(findingsOf(asRecords(snapshots), { ...end, lastEpoch: 50, lastLink: snapshots[5].link })).toEqual(
    [],
  );
  expect(places(findingsOf(asRecords(snapshots.slice(0, 5))))).toEqual([[null, 70, 'end']]);
  expect(places(findingsOf([]))).toEqual([[null, 70, 'end']]);
});

test('altered weights are named, wherever they are', () => {
  for (let at = 0; at < 8; at++) {
    const weights = sampleWeights(40, 77);
    const findings = findingsOf(changed(at, () => ({ weights, keyFrame: null })));
    expect(places(findings)).toEqual([[at, 10 * at, 'weights']]);
  }
});

test('altered metrics are named, and the records after them stay believed', () => {
  for (let at = 0; at < 8; at++) {
    const findings = findingsOf(changed(at, ({ metrics }) => ({ metrics: { ...metrics, trainMse: 0 } })));
    expect(places(findings)).toEqual([[at, 10 * at, 'metrics']]);
  }
});

test('weights altered together with their digest are named by the link', () => {
  for (let at = 0; at < 8; at++) {
    const weights = sampleWeights(40, 77);
    const findings = findingsOf(
      changed(at, () => ({ weights, weightsDigest: weightsDigest(weights), keyFrame: null })),
    );
    expect(places(findings)).toEqual([[at, 10 * at, 'metrics']]);
  }
});

test('an altered link is named, not the records after it', () => {
  for (let at = 0; at < 7; at++) {
    expect(places(findingsOf(changed(at, () => ({ link: 'ab'.repeat(32) }))))).toEqual([
      [at, 10 * at, 'link'],
    ]);
  }
  const last = places(findingsOf(changed(7, () => ({ link: 'ab'.repeat(32) }))));
  expect(last).toContainEqual([7, 70, 'link']);
});

test("an altered optimiser's state is named, and so are altered remembered losses", () => {
  for (const at of [0, 4]) {
    const moments = changed(at, ({ keyFrame }) => ({
      keyFrame: keyFrame && {
        ...keyFrame,
        state: { ...keyFrame.state, moments: [sampleWeights(40, 1), sampleWeights(40, 2)] },
      },
    }));
    expect(places(findingsOf(moments))).toEqual([[at, 10 * at, 'state']]);
    const phase = changed(at, ({ keyFrame }) => ({
      keyFrame: keyFrame && { ...keyFrame, state: { ...keyFrame.state, phaseStep: 1 } },
    }));
    expect(places(findingsOf(phase))).toEqual([[at, 10 * at, 'state']]);
    const losses = changed(at, ({ keyFrame }) => ({
      keyFrame: keyFrame && { ...keyFrame, monitor: { ...keyFrame.monitor, recentLosses: [1, 2, 3] } },
    }));
    expect(places(findingsOf(losses))).toEqual([[at, 10 * at, 'recent losses']]);
  }
});

test('an altered state of a stop is named', () => {
  const { state } = sampleState(35);
  const honest = encodeRecord({ type: 'state', state: sampleState(35) });
  const text = new TextDecoder().decode(honest);
  const forge = (from: string, to: string): Uint8Array => {
    const at = text.indexOf(from);
    expect(at).toBeGreaterThan(0);
    const copy = honest.slice();
    copy.set(new TextEncoder().encode(to), at);
    return copy;
  };
  const check = (payload: Uint8Array): unknown[] => {
    const chain = new ChainVerification({ id: sampleCellId, lastEpoch: null, lastLink: null });
    snapshots
      .slice(0, 4)
      .forEach((snapshot, number) =>
        chain.visit(encodeRecord({ type: 'snapshot', snapshot }), place(number), number),
      );
    chain.visit(payload, place(4), 4);
    return places(chain.finish(null));
  };
  expect(check(honest)).toEqual([]);
  expect(check(forge(stateDigest(state), 'ab'.repeat(32)))).toEqual([[4, 35, 'state']]);
  expect(check(forge(weightsDigest(state.parameters), 'ab'.repeat(32)))).toEqual([[4, 35, 'weights']]);
});

test('a snapshot taken out, put in, or moved is named', () => {
  const records = asRecords(snapshots);
  expect(places(findingsOf([...records.slice(0, 3), ...records.slice(4)]))).toContainEqual([
    3,
    40,
    'metrics',
  ]);
  const foreign = sampleSnapshot(35, snapshots[3].link, false);
  const withForeign = [...records.slice(0, 4), ...asRecords([foreign]), ...records.slice(4)];
  expect(places(findingsOf(withForeign))).toContainEqual([5, 40, expect.any(String)]);
  const swapped = [...records.slice(0, 3), records[4], records[3], ...records.slice(5)];
  expect(places(findingsOf(swapped))).toContainEqual([4, 30, 'epoch']);
  expect(places(findingsOf(records.slice(1)))).toContainEqual([0, 10, 'epoch']);
});

test('a chain made anew from an altered snapshot on is betrayed by entry.json', () => {
  const forged = snapshots.slice(0, 3);
  for (let number = 3; number < 8; number++) {
    const previous = forged.at(-1)?.link ?? firstLink(sampleCellId);
    const sample = sampleSnapshot(10 * number, previous, number % 4 === 0);
    forged.push(number === 3 ? sampleSnapshot(30, previous, false, { weights: 41 }) : sample);
  }
  expect(places(findingsOf(asRecords(forged)))).toEqual([[7, 70, 'link']]);
});

test('records that cannot be read are named by their number', () => {
  const chain = new ChainVerification({ id: sampleCellId, lastEpoch: null, lastLink: null });
  chain.visit(Uint8Array.of(1, 2, 3, 4, 5), place(0), 0);
  chain.visit(recordPayload({ type: 'landscape' }, {}), place(1), 1);
  const damage = {
    offset: 99,
    end: 150,
    frame: 2,
    code: 'damaged' as const,
    message: 'record 2 at byte 99: its checksum does not match',
  };
  const findings = chain.finish(damage);
  expect(places(findings)).toEqual([
    [0, null, 'content'],
    [1, null, 'content'],
    [2, null, 'frame'],
  ]);
  expect(findings.map(({ bytes }) => bytes)).toEqual([
    { from: 0, to: 40 },
    { from: 1000, to: 1040 },
    { from: 99, to: 150 },
  ]);
});
