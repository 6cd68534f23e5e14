import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unpackPlanes } from '../../experiments/records/byte-planes.ts';
import { EntryError } from '../../experiments/records/entry-error.ts';
import {
  entryCellFrom,
  entryText,
  parseEntry,
  parseEntrySummary,
} from '../../experiments/entries/entry-json.ts';
import { decodeRecord, decodeRecordHead, encodeRecord } from '../../experiments/records/record-codec.ts';
import { recordPayload } from '../../experiments/records/record-payload.ts';
import { decodeLogFrame, encodeLogFrame, scanLogFrames } from '../../experiments/records/record-log.ts';
import { textDigest } from '../../experiments/records/digests.ts';
import {
  sampleCell,
  samplePreview,
  sampleSnapshots,
  sampleState,
} from '../experiments/records/sample-records.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

const runs = 1000;

/** A result, or an EntryError; anything else escapes. */
function orEntryError(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
  }
}

const parsers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  scanLogFrames,
  decodeLogFrame,
  decodeRecord,
  decodeRecordHead,
  parseEntry,
  parseEntrySummary,
};

const valid: readonly Uint8Array[] = [
  ...sampleSnapshots(2, { weights: 90 }).map((snapshot) => encodeRecord({ type: 'snapshot', snapshot })),
  encodeRecord({ type: 'state', state: sampleState(65, { weights: 90 }) }),
  encodeRecord({ type: 'preview', preview: samplePreview(3, 16) }),
  encodeRecord({ type: 'event', time: '2026-11-20T12:00:00Z', event: { kind: 'paused', epoch: 3 } }),
  encodeLogFrame(encodeRecord({ type: 'preview', preview: samplePreview(3, 16) })),
  new TextEncoder().encode(
    entryText({
      format: 'creasebook-entry',
      version: 1,
      id: '0badc0de',
      name: 'ring',
      title: 'ring',
      tags: [],
      created: '2026-11-20T12:00:00.000Z',
      sweep: { file: 'sweep.yaml', sha256: textDigest('x') },
      targets: [],
      snapshots: { policy: { kind: 'log', count: 10 }, keyFrameEvery: 25, previewSize: 128, truthStride: 4 },
      environment: {},
      cells: [entryCellFrom(sampleCell())],
      receipts: [],
      alteredOutside: [],
    }),
  ),
];

/** A valid input with some bytes changed, something cut out or doubled. */
const mutated = fc
  .record({
    base: fc.constantFrom(...valid),
    edits: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) }), {
      maxLength: 6,
    }),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    doubled: fc.boolean(),
  })
  .map(({ base, edits, cut, length, doubled }) => {
    const bytes = base.slice();
    for (const { at, byte } of edits) bytes[Math.floor(at * (bytes.length - 1))] = byte;
    const from = Math.floor(cut * bytes.length);
    const rest = doubled ? bytes.subarray(Math.max(0, from - length)) : bytes.subarray(from + length);
    return length === 0 ? bytes : Uint8Array.from([...bytes.subarray(0, from), ...rest]);
  });

test.each(Object.keys(parsers))(
  '%s meets arbitrary bytes and damaged input with typed errors only',
  (name) => {
    const parse = parsers[name];
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) =>
        orEntryError(() => parse(bytes)),
      ),
      { numRuns: fuzzRuns(runs) },
    );
  },
);

test('record headers of arbitrary JSON meet typed errors only', () => {
  const header = fc.oneof(
    fc.object({ maxDepth: 3 }),
    fc.record({
      type: fc.constantFrom('snapshot', 'state', 'event', 'preview', 'other'),
      epoch: fc.anything(),
      metrics: fc.anything({ maxDepth: 2 }),
      width: fc.oneof(fc.integer(), fc.double()),
      height: fc.integer(),
      outputs: fc.integer(),
    }),
  );
  fc.assert(
    fc.property(header, (value) => {
      let payload: Uint8Array;
      try {
        payload = recordPayload(value as object, { weights: Float32Array.of(1, 2) });
      } catch {
        return; // not plain data
      }
      orEntryError(() => decodeRecord(payload));
    }),
    { numRuns: fuzzRuns(runs) },
  );
});

test('sections that claim any sizes meet typed errors, without taking the memory they claim', () => {
  const before = process.memoryUsage().rss;
  fc.assert(
    fc.property(
      fc.constantFrom('u8' as const, 'u32' as const, 'f32' as const, 'f64' as const),
      fc.oneof(fc.nat(2000), fc.nat()),
      fc.array(fc.oneof(fc.nat(300), fc.nat()), { maxLength: 9 }),
      fc.uint8Array({ maxLength: 600 }),
      (dtype, length, deflated, bytes) =>
        orEntryError(() => unpackPlanes(dtype, length, { deflated, bytes })),
    ),
    { numRuns: fuzzRuns(runs) },
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
});
