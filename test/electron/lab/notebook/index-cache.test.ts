import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeRecord } from '../../../../experiments/records/record-codec.ts';
import { encodeLogFrame } from '../../../../experiments/records/record-log.ts';
import { decodeMessage, encodeMessage } from '../../../../electron/contract/wire.ts';
import { CellIndex } from '../../../../electron/lab/notebook/cell-index.ts';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import {
  keepIndexCache,
  useIndexCache,
  type IndexedCell,
} from '../../../../electron/lab/notebook/index-cache.ts';
import { LogFile } from '../../../../electron/lab/disk/log-file.ts';
import { PreviewPositions } from '../../../../electron/lab/notebook/preview-positions.ts';
import { samplePreview, sampleSnapshots } from '../../../experiments/records/sample-records.ts';
import { temporaryFolder } from './sample-notebook.ts';

const cellId = '0123456789abcdef';

function cellIn(folder: string): IndexedCell {
  const records = new LogFile(diskFileSystem, join(folder, 'records'), false);
  const previews = new LogFile(diskFileSystem, join(folder, 'previews'), false);
  onTestFinished(async () => void (await Promise.all([records.close(), previews.close()])));
  return { records, previews, index: new CellIndex(cellId), positions: new PreviewPositions() };
}

async function scan(cell: IndexedCell): Promise<IndexedCell> {
  await cell.records.scan((payload, position, frame) => cell.index.visit(payload, position, frame));
  await cell.previews.scan((payload, position) => cell.positions.visit(payload, position));
  return cell;
}

/** What a reader of the cell would see. */
function seen({ records, previews, index, positions }: IndexedCell): unknown {
  return {
    ends: [records.end, records.frames, previews.end, previews.frames],
    ...index.stored(),
    previews: positions.stored(),
    lastLink: index.lastLink,
    at20: index.at(20),
    states: index.statesAtOrBefore(1000),
  };
}

const snapshots = sampleSnapshots(12, { cellId, weights: 50 });

/** Writes snapshots [from, to) with their previews, and an event before and after. */
function write(folder: string, from: number, to: number): void {
  const append = (name: string, record: Parameters<typeof encodeRecord>[0]): void =>
    appendFileSync(join(folder, name), encodeLogFrame(encodeRecord(record)));
  const event = { kind: 'paused' as const, epoch: 10 * from };
  append('records', { type: 'event', time: '2026-11-20T12:00:00.000Z', event });
  for (const snapshot of snapshots.slice(from, to)) {
    append('previews', { type: 'preview', preview: samplePreview(snapshot.metrics.epoch) });
    append('records', { type: 'snapshot', snapshot });
  }
}

async function keptFolder(): Promise<string> {
  const folder = temporaryFolder();
  write(folder, 0, 8);
  await keepIndexCache(diskFileSystem, folder, await scan(cellIn(folder)));
  return folder;
}

describe('a kept index', () => {
  it('says what reading the logs says', async () => {
    const folder = await keptFolder();
    const scanned = await scan(cellIn(folder));
    const cell = cellIn(folder);
    const covered = await useIndexCache(diskFileSystem, folder, cell);
    expect(covered).toBe(scanned.records.end + scanned.previews.end);
    expect(seen(cell)).toEqual(seen(scanned));
    expect(seen(await scan(cell))).toEqual(seen(scanned));
  });

  it('is continued by what the logs have more', async () => {
    const folder = await keptFolder();
    write(folder, 8, 12);
    const cell = cellIn(folder);
    expect(await useIndexCache(diskFileSystem, folder, cell)).toBeGreaterThan(0);
    expect(cell.index.snapshots).toHaveLength(8);
    expect(seen(await scan(cell))).toEqual(seen(await scan(cellIn(folder))));
    expect(cell.index.snapshots).toHaveLength(12);
  });

  it.each([
    ['records that are shorter', (folder: string) => truncateSync(join(folder, 'records'), 900)],
    ['records whose end was changed', (folder: string) => flip(join(folder, 'records'), -3)],
    ['no records', (folder: string) => truncateSync(join(folder, 'records'), 0)],
    ['a changed index', (folder: string) => flip(join(folder, 'index.cache'), 2)],
    ['half an index', (folder: string) => truncateSync(join(folder, 'index.cache'), 500)],
    ['an empty index', (folder: string) => truncateSync(join(folder, 'index.cache'), 0)],
    [
      'an index of another kind',
      (folder: string) => writeFileSync(join(folder, 'index.cache'), '{"version":2}'),
    ],
  ])('is not used with %s', async (_what, change) => {
    const folder = await keptFolder();
    change(folder);
    const cell = cellIn(folder);
    expect(await useIndexCache(diskFileSystem, folder, cell)).toBe(0);
    expect(seen(await scan(cell))).toEqual(seen(await scan(cellIn(folder))));
  });

  it.each([
    ['another link', { link: 'f'.repeat(64) }],
    ['another epoch', { epoch: 71 }],
  ])('is not used where its last snapshot has %s', async (_what, change) => {
    const folder = await keptFolder();
    rewrite(folder, (stored) => Object.assign(stored.snapshots.at(-1) ?? {}, change));
    expect(await useIndexCache(diskFileSystem, folder, cellIn(folder))).toBe(0);
  });

  it('is not used with any bit of it changed', async () => {
    const folder = await keptFolder();
    const path = join(folder, 'index.cache');
    const good = readFileSync(path);
    const expected = seen(await scan(cellIn(folder)));
    for (let at = 0; at < good.length; at += 1 + Math.floor(good.length / 97)) {
      const bytes = Buffer.from(good);
      bytes[at] ^= 1 << (at % 8);
      writeFileSync(path, bytes);
      const cell = cellIn(folder);
      expect(await useIndexCache(diskFileSystem, folder, cell), `byte ${at}`).toBe(0);
      expect(seen(await scan(cell))).toEqual(expected);
    }
  });

  it('is not used where the records end with another event', async () => {
    const folder = await keptFolder();
    const other = await keptFolder();
    for (const place of [folder, other]) {
      const epoch = place === folder ? 80 : 90;
      const time = '2026-11-20T12:00:00.000Z';
      const event = { kind: 'paused' as const, epoch };
      appendFileSync(join(place, 'records'), encodeLogFrame(encodeRecord({ type: 'event', time, event })));
      await keepIndexCache(diskFileSystem, place, await scan(cellIn(place)));
    }
    writeFileSync(join(folder, 'index.cache'), readFileSync(join(other, 'index.cache')));
    expect(await useIndexCache(diskFileSystem, folder, cellIn(folder))).toBe(0);
  });

  it('is used without previews where those do not fit: they are read again', async () => {
    const folder = await keptFolder();
    truncateSync(join(folder, 'previews'), 50);
    const cell = cellIn(folder);
    expect(await useIndexCache(diskFileSystem, folder, cell)).toBe(cell.records.end);
    expect(cell.previews.end).toBe(0);
    expect(cell.positions.stored()).toHaveLength(0);
  });
});

/** Changes what an index says, and makes its digest anew. */
function rewrite(folder: string, change: (stored: { snapshots: object[] }) => void): void {
  const path = join(folder, 'index.cache');
  const stored = decodeMessage(Uint8Array.from(readFileSync(path).subarray(0, -32))) as {
    snapshots: object[];
  };
  change(stored);
  const message = encodeMessage(stored);
  writeFileSync(path, Buffer.concat([message, createHash('sha256').update(message).digest()]));
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 0x40;
  writeFileSync(path, bytes);
}
