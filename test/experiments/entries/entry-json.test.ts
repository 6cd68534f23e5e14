import { expect, test } from 'vitest';
import { campaignPlaces } from '../../fuzz-runs.ts';
import {
  entryCellFrom,
  entryText,
  extendedCells,
  parseEntry,
  parseEntrySummary,
  storedEntryFrom,
  sweepCellFrom,
} from '../../../experiments/entries/entry-json.ts';
import type { FirstStoredEntry, StoredEntry } from '../../../experiments/entries/entry-schema.ts';
import { textDigest } from '../../../experiments/records/digests.ts';
import { sampleCell } from '../records/sample-records.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const content: FirstStoredEntry = {
  format: 'creasebook-entry',
  version: 1,
  id: '0badc0de',
  name: 'ring',
  title: 'Ring – "five" sizes',
  tags: ['ring', 'sparse'],
  created: '2026-11-20T12:00:00.000Z',
  sweep: { file: 'sweep.yaml', sha256: textDigest('x') },
  targets: [{ digest: 'ab'.repeat(32), file: `targets/${'ab'.repeat(32)}.png`, sha256: textDigest('y') }],
  snapshots: { policy: { kind: 'every', epochs: 10 }, keyFrameEvery: 25, previewSize: 128, truthStride: 4 },
  environment: { version: '0.1.0' },
  cells: [
    entryCellFrom(sampleCell()),
    {
      ...entryCellFrom(sampleCell('fedcba9876543210')),
      state: 'finished',
      lastEpoch: 1000,
      lastLink: textDigest('z'),
      seconds: 1.5,
    },
  ],
  receipts: [
    {
      time: '2026-11-20T13:00:00.000Z',
      level: 'chain',
      holds: true,
      environment: {},
      cells: [{ id: '0123456789abcdef', holds: true, findings: [] }],
    },
  ],
  alteredOutside: [],
};

const second: StoredEntry = storedEntryFrom(content, textDigest('cells'));

test('entry.json comes back as it was written', () => {
  expect(parseEntry(utf8(entryText(content)))).toEqual({ content, alteration: null, version: 1 });
  expect(parseEntry(utf8(entryText(second)))).toEqual({ content: second, alteration: null, version: 2 });
  expect(second.cells).toEqual({ file: 'cells.json', count: 2, sha256: textDigest('cells') });
  expect(sweepCellFrom(content.cells[0])).toEqual(sampleCell());
});

test.each([1, 2])('any changed byte of an entry.json of version %i is found', (version) => {
  const bytes = utf8(entryText(version === 1 ? content : second));
  let opened = 0;
  for (const at of campaignPlaces(bytes.length)) {
    // Bit flips, and what makes other white space or another digit of it.
    for (const change of [1, 2, 4, 8, 16, 32, 64, 128, 0x2a, 0x2d, 0x29]) {
      const copy = bytes.slice();
      copy[at] ^= change;
      let alteration: string | null = 'refused';
      try {
        ({ alteration } = parseEntry(copy));
        opened++;
      } catch (error) {
        expect(error).toMatchObject({ name: 'EntryError' });
      }
      if (alteration === null) expect.fail(`byte ${at} changed by ${change} was not found`);
    }
  }
  expect(opened).toBeGreaterThan(400);
});

test('a change that keeps the digest field is told apart from one of the text alone', () => {
  const text = entryText(content);
  expect(parseEntry(utf8(text.replace('five', 'nine'))).alteration).toContain('digest');
  expect(parseEntry(utf8(text.replace('\n', '\r\n'))).alteration).toContain('byte for byte');
});

test('added and doubled fields are found', () => {
  const text = entryText(content);
  const extra = text.replace('"format"', '"note": 1,\n  "format"');
  expect(() => parseEntry(utf8(extra))).toThrow(expect.objectContaining({ code: 'malformed' }));
  const doubled = text.replace('"title"', '"title": "",\n  "title"');
  expect(parseEntry(utf8(doubled)).alteration).toContain('byte for byte');
});

test('a newer format opens as far as it is understood, and says so where it is not', () => {
  const newer = { ...second, version: 3, mood: 'curious' };
  const read = parseEntry(utf8(JSON.stringify(newer)));
  expect(read.version).toBe(3);
  expect(read.content.title).toBe(content.title);
  const strange = { format: 'creasebook-entry', version: 4, rows: [] };
  expect(() => parseEntry(utf8(JSON.stringify(strange)))).toThrow(
    expect.objectContaining({
      code: 'newer-version',
      message: expect.stringContaining('format version 4') as string,
    }),
  );
});

test('a format that never was is refused', () => {
  for (const version of [0, -1, 1.5, '1', null]) {
    const text = JSON.stringify({ ...content, version });
    expect(() => parseEntry(utf8(text))).toThrow(expect.objectContaining({ code: 'malformed' }));
  }
});

test('a summary needs no more than what a list shows', () => {
  const summary = parseEntrySummary(utf8(entryText(content)));
  expect(summary).toMatchObject({
    id: '0badc0de',
    title: content.title,
    cells: [{ state: 'queued' }, { state: 'finished' }],
  });
  expect(() => parseEntrySummary(utf8('{"format":"creasebook-entry","version":9}'))).toThrow(
    expect.objectContaining({ code: 'newer-version' }),
  );
});

test('what is no entry.json is refused with a typed error', () => {
  for (const text of [
    '',
    '[]',
    'null',
    '"x"',
    '{}',
    '{"format":"creasebook-entry"}',
    '{"format":"creasebook-entry","version":"1"}',
    '{',
  ]) {
    expect(() => parseEntry(utf8(text))).toThrow(expect.objectContaining({ code: 'malformed' }));
  }
  expect(() => parseEntry(Uint8Array.of(0x7b, 0xff, 0x7d))).toThrow(
    expect.objectContaining({ code: 'malformed' }),
  );
});

test('what no sweep may ask for, and no program could do, is refused', () => {
  const sized = (previewSize: number): string =>
    entryText({ ...content, snapshots: { ...content.snapshots, previewSize } });
  parseEntry(utf8(sized(1024)));
  expect(() => parseEntry(utf8(sized(9e15)))).toThrow(/previewSize/);
  const scheduled = (every: number): string => {
    const changed = structuredClone(content);
    Object.assign(changed.cells[0].config.training, { schedule: { kind: 'step', every, factor: 0.1 } });
    return entryText(changed);
  };
  parseEntry(utf8(scheduled(1)));
  expect(() => parseEntry(utf8(scheduled(0)))).toThrow(/schedule/);
});

test('an extended sweep keeps what was done, takes the new goal and adds what is missing', () => {
  const [queued, finished] = content.cells;
  const added = sampleCell('1111111111111111', 50);
  const longer = { ...sampleCell(finished.id), epochs: 2000, label: 'longer' };
  const extended = extendedCells(content.cells, [added, longer]);
  expect(extended.map(({ id, epochs, state, lastEpoch }) => [id, epochs, state, lastEpoch])).toEqual([
    ['1111111111111111', 50, 'queued', null],
    [finished.id, 2000, 'queued', 1000],
    [queued.id, 1000, 'queued', null],
  ]);
  const shorter = extendedCells(content.cells, [{ ...sampleCell(finished.id), epochs: 10 }]);
  expect(shorter[0]).toMatchObject({ epochs: 10, state: 'finished', lastEpoch: 1000 });
});
