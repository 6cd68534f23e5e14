import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CellRowTable } from '../../../experiments/entries/cell-row-table.ts';
import { cellRowsFrom, cellRowsPayload, type CellRow } from '../../../experiments/entries/cells-index.ts';
import { textDigest } from '../../../experiments/records/digests.ts';

const ids = Array.from({ length: 5 }, (_, at) => `${at}`.padStart(16, 'a'));

const anyRow = fc
  .record({
    id: fc.constantFrom(...ids),
    state: fc.constantFrom('finished', 'failed', 'interrupted', 'queued'),
    reach: fc.constantFrom(0, 12, Infinity),
    lastEpoch: fc.constantFrom(null, 0, 4_000_000_000),
    recordBytes: fc.nat(),
    snapshots: fc.nat(1000),
  })
  .map((told): CellRow => ({
    ...told,
    started: '2026-11-20T12:00:00.123Z',
    lastLink: told.lastEpoch === null ? null : textDigest(`${told.snapshots}`),
    seconds: 1.5,
    previewBytes: 7,
    figures: null,
  }));

test('a table of rows is a map of the last row of each cell, however they come', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRow, { maxLength: 40 }), { maxLength: 6 }), (parts) => {
      const table = new CellRowTable();
      const known = new Map<string, CellRow>();
      parts.forEach((rows, part) => {
        if (part % 2 === 0) expect(table.add(cellRowsPayload(rows))).toBe(rows.length);
        else rows.forEach((row) => table.set(row));
        for (const row of rows) known.set(row.id, row);
      });
      expect(table.size).toBe(known.size);
      for (const id of ids) {
        const row = known.get(id);
        expect(table.has(id)).toBe(row !== undefined);
        expect(table.of(id)).toEqual(row);
        const { state, reach, lastEpoch, recordBytes } = row ?? {};
        expect(table.headOf(id)).toEqual(row && { state, reach, lastEpoch, recordBytes });
      }
      expect(cellRowsFrom(table.payload() ?? cellRowsPayload([]))).toEqual([...known.values()]);
      const some = [ids[3], ids[1], 'f'.repeat(16)];
      const kept = table.kept(some);
      expect(cellRowsFrom(kept.payload() ?? cellRowsPayload([]))).toEqual(
        some.flatMap((id) => known.get(id) ?? []),
      );
    }),
  );
});

test('a payload with one wrong row is not taken in', () => {
  const row = fc.sample(anyRow, 1)[0];
  const payload = cellRowsPayload([row, row]);
  payload[4 + 160 + 8] = 99;
  const table = new CellRowTable();
  expect(() => table.add(payload)).toThrow(expect.objectContaining({ code: 'malformed' }));
  expect(table.size).toBe(0);
  expect(table.payload()).toBeNull();
});
