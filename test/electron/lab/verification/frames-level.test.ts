/** What recomputing frames with another implementation finds that checksums and links cannot. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeRecord, encodeRecord, type CellRecord } from '../../../../experiments/records/record-codec.ts';
import {
  encodeLogFrame,
  logFrameHeaderBytes,
  scanLogFrames,
} from '../../../../experiments/records/record-log.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { chainLink, metricsDigest, weightsDigest } from '../../../../experiments/records/digests.ts';
import { openSmallLab, trained, type SmallLab } from '../small-lab.ts';

let small: SmallLab;
let entryId: string;
let cellId: string;
let folder: string;

beforeAll(async () => {
  small = await openSmallLab();
  entryId = await trained(small.client);
  cellId = (await small.client.call('entry.read', { entryId })).cells[0]?.id ?? '';
  const notebook = await openNotebook(small.folder, { mode: 'read' });
  folder = join((await notebook.find(entryId)).path, 'cells', cellId);
  await notebook.close();
});

afterAll(() => small.lab.close());

/** Rewrites a log, checksums included, and gives back what it was. */
function rewrite(name: string, change: (record: CellRecord) => CellRecord): Buffer {
  const path = join(folder, name);
  const log = readFileSync(path);
  const frames = scanLogFrames(log).frames.map(({ offset, length }) => {
    const payload = log.subarray(offset + logFrameHeaderBytes, offset + logFrameHeaderBytes + length);
    return encodeLogFrame(encodeRecord(change(decodeRecord(payload))));
  });
  writeFileSync(path, Buffer.concat(frames));
  return log;
}

const verdictAt = (level: 'chain' | 'frames') => small.client.call('entry.verify', { entryId, level });

test('a preview that was painted over is found, with its epoch and its bytes', async () => {
  const before = rewrite('previews', (record) => {
    if (record.type !== 'preview' || record.preview.epoch !== 8) return record;
    const values = record.preview.values.map((level, at) => (at === 100 ? 255 - level : level));
    return { type: 'preview', preview: { ...record.preview, values } };
  });
  try {
    expect((await verdictAt('chain')).holds).toBe(true);
    const verdict = await verdictAt('frames');
    expect(verdict.holds).toBe(false);
    const [cell] = verdict.cells;
    expect(cell?.frames.filter(({ holds }) => !holds).map(({ epoch }) => epoch)).toEqual([8]);
    expect(cell?.findings).toHaveLength(1);
    expect(cell?.findings[0]).toMatch(
      /^previews, epoch 8, bytes \d+ to \d+: the preview shows level \d+ at column 4, row 3/,
    );
  } finally {
    writeFileSync(join(folder, 'previews'), before);
  }
  expect((await verdictAt('frames')).holds).toBe(true);
});

test('weights forged together with their digest and every later link do not fit their previews', async () => {
  let previous: string | null = null;
  const before = rewrite('records', (record) => {
    if (record.type !== 'snapshot') return record;
    const { snapshot } = record;
    const { epoch } = snapshot.metrics;
    if (epoch < 40) {
      previous = snapshot.link;
      return record;
    }
    const weights = snapshot.weights.map((weight, at) =>
      at === snapshot.weights.length - 1 ? weight + 0.1 : weight,
    );
    const content = {
      epoch,
      weightsDigest: weightsDigest(weights),
      metricsDigest: metricsDigest(snapshot.metrics),
    };
    const link = chainLink(previous ?? '', content);
    return {
      type: 'snapshot',
      snapshot: { ...snapshot, keyFrame: null, weights, weightsDigest: content.weightsDigest, link },
    };
  });
  try {
    const verdict = await verdictAt('frames');
    expect(verdict.cells[0]?.findings.join()).toMatch(/previews, epoch 40, .* the weights give/);
  } finally {
    writeFileSync(join(folder, 'records'), before);
  }
});
