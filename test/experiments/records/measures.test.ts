import { describe, expect, it } from 'vitest';
import { metricsColumns } from '../formats/metrics-columns.ts';
import {
  laterMeasureNames,
  measured,
  measureNames,
  measures,
} from '../../../experiments/records/measures.ts';
import { charts } from '../../../renderer/charts/chart-kinds.ts';
import { timelineOf } from '../../../electron/lab/notebook/timelines.ts';
import { sampleCell, sampleSnapshots } from './sample-records.ts';

const [{ metrics }] = sampleSnapshots(1) as [ReturnType<typeof sampleSnapshots>[number]];

describe('the table of measures', () => {
  it('reads what the records of version 1 hold', () => {
    expect(Object.fromEntries(measureNames.map((name) => [name, measured(name, metrics)]))).toMatchObject({
      trainMse: metrics.trainMse,
      validationMse: metrics.validationMse,
      coarseTruthMse: metrics.truth?.mse,
      coarseIou: metrics.truth?.iou,
      coarseStride: metrics.truth?.stride,
      fineTruthMse: metrics.fineTruth?.mse ?? null,
      fineIou: metrics.fineTruth?.iou ?? null,
      fineStride: metrics.fineTruth?.stride ?? null,
      distinctHashes: metrics.distinctHashes,
      boundaryShare: metrics.boundaryShare,
      epochLoss: metrics.epochs.at(-1)?.loss ?? null,
      epochGradientNorm: metrics.epochs.at(-1)?.gradientNorm ?? null,
      spikeCount: metrics.spikes.length,
    });
  });

  it('has one true error and IoU a snapshot: over all pixels where those were measured', () => {
    const truth = { stride: 8, mse: 0.5, iou: 0.25 };
    const told = (fineTruth: typeof truth | null): (number | null)[] =>
      (['truthMse', 'iou', 'truthStride'] as const).map((name) =>
        measured(name, { ...metrics, truth, fineTruth }),
      );
    expect(told({ stride: 1, mse: 0.4, iou: 0.3 })).toEqual([0.4, 0.3, 1]);
    // A series of key frames that are measured otherwise than their neighbours would look like spikes.
    expect(told({ stride: 4, mse: 0.4, iou: 0.3 })).toEqual([0.5, 0.25, 8]);
    expect(told(null)).toEqual([0.5, 0.25, 8]);
  });

  it('gives each measure a column, a title and words of its own, and a way to be read', () => {
    for (const name of measureNames) {
      const { since, read } = measures[name];
      expect(since === undefined, name).toBe(read !== undefined);
      expect(laterMeasureNames.includes(name as never), name).toBe(since !== undefined);
    }
    for (const own of ['title', 'says', 'heading', 'cited'] as const) {
      const words = measureNames.flatMap((name) => measures[name][own]?.toLowerCase() ?? []);
      expect(new Set(words).size, own).toBe(words.length);
    }
  });

  it('is what tables, timelines and charts hold, in the order that they have always had', () => {
    const columns = metricsColumns([{ cell: sampleCell(), snapshots: sampleSnapshots(1) }]);
    expect(columns.map(({ name, type }) => `${name} ${type}`).slice(-16 - 4)).toEqual([
      'epoch INT32',
      'step DOUBLE',
      'samples DOUBLE',
      'seconds DOUBLE',
      'train_mse DOUBLE',
      'validation_mse DOUBLE',
      'truth_mse DOUBLE',
      'truth_iou DOUBLE',
      'truth_stride DOUBLE',
      'fine_truth_mse DOUBLE',
      'fine_truth_iou DOUBLE',
      'fine_truth_stride DOUBLE',
      'distinct_hashes INT32',
      'boundary_share DOUBLE',
      'loss DOUBLE',
      'gradient_norm DOUBLE',
      'spikes INT32',
      'coarse_truth_mse DOUBLE',
      'coarse_truth_iou DOUBLE',
      'coarse_truth_stride DOUBLE',
    ]);
    expect(Object.keys(timelineOf('a', [], 0).measures)).toEqual(measureNames);
    expect(charts.map(({ title, isLog }) => `${title}${isLog ? ', log' : ''}`)).toEqual([
      'True error, log',
      'Training loss, log',
      'IoU',
      'Regions',
      'Gradient ratio, log',
      'Gap',
      'Validation error, log',
    ]);
  });
});
