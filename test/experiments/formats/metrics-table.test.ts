import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { metricsCsv, metricsParquet } from '../../../experiments/formats/metrics-table.ts';
import { metricsColumns } from './metrics-columns.ts';
import { sampleCell, sampleSnapshots } from '../records/sample-records.ts';

const cells = ['0123456789abcdef', 'fedcba9876543210'].map((id, at) => ({
  cell: {
    ...sampleCell(id),
    label: `cell "${at}", odd`,
    axes: { points: 312 * (at + 1), loss: at === 0 ? 'mse' : 'bce', noisy: at === 0 },
  },
  snapshots: sampleSnapshots(3, { cellId: id }),
}));
const columns = metricsColumns(cells);
const rows = cells.flatMap(({ cell, snapshots }) => snapshots.map((snapshot) => ({ cell, ...snapshot })));

test('the table has a row a snapshot, the axes as columns, and no name twice', () => {
  const names = columns.map(({ name }) => name);
  expect(names.slice(0, 7)).toEqual(['cell', 'label', 'parameters', 'points', 'axis_loss', 'noisy', 'epoch']);
  expect(new Set(names).size).toBe(names.length);
  for (const { values } of columns) expect(values).toHaveLength(6);
});

test('Parquet holds every value, bit for bit, as another reader sees it', async () => {
  const bytes = metricsParquet(columns);
  expect(metricsParquet(metricsColumns(cells))).toEqual(bytes);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  expect(Number(parquetMetadata(file).num_rows)).toBe(6);
  const read = await parquetReadObjects({ file });
  for (const { name, values } of columns) {
    values.forEach((value, row) => {
      const found: unknown = read[row]![name];
      if (!Object.is(found ?? null, value))
        expect.fail(`${name} of row ${row} is ${String(found)}, not ${String(value)}`);
    });
  }
  read.forEach((row, at) => expect(row['train_mse']).toBe(rows[at]!.metrics.trainMse));
});

/** Fields of a CSV text, read by the rules of RFC 4180 and nothing of ours. */
function fieldsOf(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    lines.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\n') lines.push([]);
    if (end === '') break;
  }
  return lines.filter((line) => line.length > 1);
}

test('CSV holds every value in full precision, an empty field where there is none', () => {
  const [head, ...lines] = fieldsOf(metricsCsv(columns));
  expect(head).toEqual(columns.map(({ name }) => name));
  expect(lines).toHaveLength(6);
  columns.forEach(({ values }, column) => {
    values.forEach((value, row) => {
      const field = lines[row]![column]!;
      expect(typeof value === 'number' ? Number(field) : field).toBe(
        value === null ? '' : typeof value === 'number' ? value : String(value),
      );
    });
  });
});

test('a sweep without snapshots is a table without rows', async () => {
  const empty = metricsColumns([{ cell: sampleCell(), snapshots: [] }]);
  expect(metricsCsv(empty).split('\n')).toHaveLength(2);
  const bytes = metricsParquet(empty);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  expect(await parquetReadObjects({ file })).toEqual([]);
});
