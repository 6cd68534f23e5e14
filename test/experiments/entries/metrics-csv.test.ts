import { expect, test } from 'vitest';
import { metricsCsv } from '../../../experiments/entries/metrics-csv.ts';
import { sampleSnapshots } from './sample-records.ts';

test('metrics are one row per snapshot, in full precision, with empty fields for what is not known', () => {
  const [first, second] = sampleSnapshots(2);
  const lines = metricsCsv([first, second]).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0].split(',').slice(0, 8)).toEqual(
    'epoch,step,samples,seconds,train_mse,validation_mse,truth_mse,truth_iou'.split(','),
  );
  expect(lines[1]).toBe('0,0,0,0,0.043,,0.0439,,8,0.0441,0.125,4,4382,0.1234567890123,,,0');
  expect(lines[2]).toBe(
    `10,50,3120,1.25,${0.043 / 11},${0.05 / 11},0.0439,0.25,8,,,,4392,0.1234567890123,${1 / 10.3},${1 / 30},0`,
  );
});
