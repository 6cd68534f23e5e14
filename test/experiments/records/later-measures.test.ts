/** What becomes of a measure that records of before it existed lack. */
import { plantedName, withPlanted } from './planted-measure.ts';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { citedMeasures, maybeCitation, resolvedCitation } from '../../../experiments/entries/citation.ts';
import { metricsParquet } from '../../../experiments/formats/metrics-table.ts';
import { metricsColumns } from '../formats/metrics-columns.ts';
import { canonicalJson } from '../../../experiments/records/canonical-json.ts';
import { metricsDigest, textDigest } from '../../../experiments/records/digests.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { forMeasures, measured } from '../../../experiments/records/measures.ts';
import { decodeRecord, decodeRecordHead, encodeRecord } from '../../../experiments/records/record-codec.ts';
import { recordParts } from '../../../experiments/records/record-payload.ts';
import type { Snapshot } from '../../../experiments/records/snapshot.ts';
import { charts, seriesOf } from '../../../renderer/charts/chart-kinds.ts';
import { extendedTimeline } from '../../../renderer/model/cell-series.ts';
import { timelineOf } from '../../../electron/lab/notebook/timelines.ts';
import { sampleCell, sampleSnapshots } from './sample-records.ts';

const [older, newer] = sampleSnapshots(2).map((snapshot, at): Snapshot => {
  return at === 0 ? snapshot : { ...snapshot, metrics: withPlanted(snapshot.metrics, 7.25) };
}) as [Snapshot, Snapshot];

function decoded(snapshot: Snapshot): Snapshot {
  const record = decodeRecord(encodeRecord({ type: 'snapshot', snapshot }));
  if (record.type !== 'snapshot') throw new Error('another record came back');
  return record.snapshot;
}

describe('a record of before', () => {
  it('comes back without the measure, with the digest it had', () => {
    const { metrics } = decoded(older);
    expect(metrics).toEqual(older.metrics);
    expect(plantedName in metrics).toBe(false);
    expect(canonicalJson(metrics)).not.toContain(plantedName);
    expect(metricsDigest(metrics)).toBe(textDigest(canonicalJson({ ...older.metrics })));
    expect(measured(plantedName, metrics)).toBeNull();
  });

  it('is not one to which somebody added it', () => {
    expect(metricsDigest(withPlanted(older.metrics, null))).not.toBe(metricsDigest(older.metrics));
  });
});

describe('a record of later', () => {
  it.each([7.25, null, NaN, -Infinity])('keeps the measure: %s', (value) => {
    const snapshot = { ...newer, metrics: withPlanted(newer.metrics, value) };
    const { metrics } = decoded(snapshot);
    expect(measured(plantedName, metrics)).toBe(value);
    expect(metricsDigest(metrics)).toBe(metricsDigest(snapshot.metrics));
    const head = decodeRecordHead(encodeRecord({ type: 'snapshot', snapshot }));
    expect(head).toMatchObject({ type: 'snapshot', metrics: { [plantedName]: value } });
  });

  it('must have a number there', () => {
    const bytes = encodeRecord({ type: 'snapshot', snapshot: newer });
    const text = new TextDecoder('latin1')
      .decode(bytes)
      .replace(`"${plantedName}":7.25`, `"${plantedName}":true`);
    expect(() => recordParts(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))).toThrow(EntryError);
  });

  it('may not have what no table knows', () => {
    const metrics = { ...newer.metrics, beauty: 1 } as Snapshot['metrics'];
    expect(() => decoded({ ...newer, metrics })).toThrow(/metrics/);
  });
});

describe('readers of the table', () => {
  const index = [older, newer].map(({ metrics, weightsDigest, link, seconds }) => {
    const { epoch, step, samples } = metrics;
    const position = { offset: 0, length: 0 };
    const kept = { keyFrame: false, isThinned: false, position };
    return { epoch, step, samples, seconds, metrics, weightsDigest, link, ...kept };
  });
  const timeline = timelineOf('a', index, 0);

  it('have it in a timeline, not a number where there is none', () => {
    expect([...timeline.measures[plantedName]]).toEqual([NaN, 7.25]);
    const first = timelineOf('a', index.slice(0, 1), 0);
    expect([...extendedTimeline(first, timelineOf('a', index, 1)).measures[plantedName]]).toEqual([
      NaN,
      7.25,
    ]);
  });

  it('have it as a column, empty where there is none', async () => {
    const columns = metricsColumns([{ cell: sampleCell(), snapshots: [older, newer] }]);
    expect(columns.at(-1)).toEqual({ name: 'weight_norm', type: 'DOUBLE', values: [null, 7.25] });
    const { buffer } = Uint8Array.from(metricsParquet(columns));
    const rows = await parquetReadObjects({ file: buffer });
    expect(rows.map((row) => row['weight_norm'] ?? null)).toEqual([null, 7.25]);
  });

  it('draw it', () => {
    const chart = charts.at(-1);
    expect(chart).toMatchObject({ kind: plantedName, title: 'Weight norm', isLog: true });
    expect(Array.from(seriesOf(plantedName, timeline, 'epoch').y)).toEqual([NaN, 7.25]);
  });

  it('cite it', () => {
    expect(citedMeasures.at(-1)).toBe(plantedName);
    const cited = (epoch: number): unknown => {
      const citation = maybeCitation(`312: weight norm @ ${epoch}`)!;
      const cells = [{ id: 'a', axes: { points: 312 } }];
      const known = { cells, axes: [{ name: 'points' }], timelines: new Map([['a', timeline]]) };
      return resolvedCitation(citation, known);
    };
    expect(cited(older.metrics.epoch)).toMatchObject({ state: 'shown', value: '–' });
    expect(cited(newer.metrics.epoch)).toMatchObject({ state: 'shown', value: '7.2500' });
    expect(Object.keys(forMeasures(() => 0))).toContain(plantedName);
  });
});
