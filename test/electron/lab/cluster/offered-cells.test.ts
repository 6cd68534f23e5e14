/** What foreign packs may hold of a cell: it is told of in words, and little memory is spent on it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { AttemptFile } from '../../../../electron/lab/cluster/attempt-file.ts';
import { OfferedCells } from '../../../../electron/lab/cluster/offered-cells.ts';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { packedCellHead } from '../../../../experiments/entries/pack.ts';
import { encodeRecord } from '../../../../experiments/records/record-codec.ts';
import { encodeLogFrame } from '../../../../experiments/records/record-log.ts';
import { sampleSnapshots } from '../../../experiments/records/sample-records.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const id = '0123456789abcdef';
const folder = scratchFolder();

/** A payload with this header, whatever it says. */
function payload(header: string, ...sections: Uint8Array[]): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(header));
  return Buffer.concat([length, Buffer.from(header), ...sections]);
}

/** What is wrong with a cell of such records. */
async function faultOf(records: readonly Uint8Array[], lastLink: string | null): Promise<string | null> {
  const log = Buffer.concat(records.map((record) => encodeLogFrame(record)));
  const row = {
    ...{ id, state: 'finished' as const, started: null, lastEpoch: 10, lastLink, seconds: 1, reach: 10 },
    ...{ snapshots: 2, recordBytes: log.length, previewBytes: 0, figures: null },
  };
  writeFileSync(join(folder, 'pack'), encodeLogFrame(Buffer.concat([packedCellHead(row), log])));
  const owner = process.getuid?.();
  const file = await AttemptFile.look(diskFileSystem, folder, owner, 1);
  const [cell] = file?.cells ?? [];
  if (cell === undefined) throw new Error('The pack holds no cell.');
  const offered = new OfferedCells();
  try {
    return await offered.faultOf(cell);
  } finally {
    await offered.close();
  }
}

const digest = 'ab'.repeat(32);

function firstSnapshot(metrics: string, sections: readonly object[], ...bytes: Uint8Array[]): Uint8Array {
  const fields = `"link":"${digest}","metrics":${metrics},"sections":${JSON.stringify(sections)}`;
  return payload(`{"keyFrame":null,${fields},"type":"snapshot","weightsDigest":"${digest}"}`, ...bytes);
}

it('a chain from the id to the link of the row is what it says it is', async () => {
  const snapshots = sampleSnapshots(2, { cellId: id, weights: 6 });
  const records = [
    encodeRecord({
      type: 'event',
      time: '2026-11-20T12:00:00Z',
      event: { kind: 'started', engine: 'wasm', environment: {} },
    }),
    ...snapshots.map((snapshot) => encodeRecord({ type: 'snapshot', snapshot })),
    encodeRecord({
      type: 'event',
      time: '2026-11-20T12:00:00Z',
      event: { kind: 'finished', epoch: 10, reason: 'goal' },
    }),
  ];
  const link = snapshots[1].link;
  expect(await faultOf(records, link)).toBeNull();
  expect(await faultOf(records, digest)).toMatch(/ends with another snapshot than its pack says/);
  const others = sampleSnapshots(2, { cellId: 'fedcba9876543210', weights: 6 });
  const foreign = others.map((snapshot) => encodeRecord({ type: 'snapshot', snapshot }));
  expect(await faultOf(foreign, others[1].link)).toMatch(/has the records of another cell/);
  expect(await faultOf([records[0]], link)).toMatch(/has no snapshot/);
});

it('arrays of gigabytes in some hundred bytes are not unpacked', async () => {
  const plane = deflateRawSync(new Uint8Array(1 << 26));
  const section = { dtype: 'f64', length: 1 << 26, deflated: Array(8).fill(plane.length) };
  const names = ['gradientNorms', 'epochs', 'losses', 'epochGradientNorms'];
  const sections = names.map((name) => ({ name, ...section }));
  const bytes = names.flatMap(() => Array<Uint8Array>(8).fill(plane));
  const before = process.memoryUsage().arrayBuffers;
  expect(await faultOf([firstSnapshot('{"epoch":0}', sections, ...bytes)], digest)).toMatch(/cannot be read/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 26);
});

it.each([
  ['nothing in them', Array<Uint8Array>(10_000).fill(new Uint8Array(4))],
  [
    'a header of lists in lists',
    [firstSnapshot(`{"epoch":0,"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, [])],
  ],
  ['a header of megabytes', [payload(`{"type":"snapshot","x":"${'x'.repeat(5 << 20)}"}`)]],
  ['a header that is longer than they are', [Buffer.from([255, 255, 255, 127, 123])]],
  ['an epoch that is none', [firstSnapshot('{"epoch":"0"}', [])]],
])('records with %s are told of', async (_name, records) => {
  expect(await faultOf(records, digest)).toMatch(/cannot be read/);
});
