/** Loss spikes and early stopping, decided epoch after epoch from a short memory that key frames keep. */
import type { MonitorState } from '../records/snapshot.ts';

/** A spike is judged against the median of this many epochs; earlier epochs are never spikes. */
export const spikeWindow = 50;

/** A spike is a loss above this multiple of the median. */
export const spikeFactor = 5;

/** What a run remembers before its first epoch. */
export const initialMonitor: MonitorState = { recentLosses: [], bestMetric: null, bestEpoch: 0 };

/** Watches one run. Stopped at any epoch and started again from `state()`, it decides as if never stopped. */
export interface Monitor {
  /** Whether the epoch's loss is a spike; remembers the loss. Call once for every epoch, in order. */
  observeLoss(loss: number): boolean;
  /** Remembers the early-stop metric at an epoch; equal values are no new best. */
  observeMetric(epoch: number, metric: number): void;
  /** Whether the early-stop rule holds after `epoch` completed epochs. */
  shouldStop(epoch: number): boolean;
  /** A copy of the memory. */
  state(): MonitorState;
}

/** The monitor of a run that goes on from `start`, with its early-stop rule (null: never stop early). */
export function createMonitor(start: MonitorState, rule: EarlyStop | null): Monitor {
  const recent = [...start.recentLosses];
  let { bestMetric, bestEpoch } = start;
  return {
    observeLoss(loss) {
      const spike = recent.length === spikeWindow && loss > spikeFactor * median(recent);
      if (recent.length === spikeWindow) recent.shift();
      recent.push(loss);
      return spike;
    },
    observeMetric(epoch, metric) {
      if (bestMetric === null || metric < bestMetric) {
        bestMetric = metric;
        bestEpoch = epoch;
      }
    },
    shouldStop(epoch) {
      if (rule === null || bestMetric === null || epoch % rule.every !== 0) return false;
      if (rule.below !== undefined && bestMetric < rule.below) return true;
      return rule.patience !== undefined && epoch - bestEpoch >= rule.patience;
    },
    state: () => ({ recentLosses: [...recent], bestMetric, bestEpoch }),
  };
}

/** Median of at least one number; the mean of the middle two for an even count. */
function median(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
/** Ends training when it holds; evaluated on fixed epochs so that snapshots do not matter. */
export interface EarlyStop {
  readonly metric: 'train' | 'validation';
  /** Evaluated whenever the number of completed epochs is a multiple of this. */
  readonly every: number;
  /** Stop once the metric is below this. */
  readonly below?: number;
  /** Stop after so many epochs without a new best. */
  readonly patience?: number;
}
