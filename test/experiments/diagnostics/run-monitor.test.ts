import { describe, expect, it } from 'vitest';
import { createMonitor, initialMonitor } from '../../../experiments/diagnostics/run-monitor.ts';

/** Losses around 1 with a few far above. */
const losses = Array.from(
  { length: 200 },
  (_, at) => (at % 61 === 60 || at === 30 ? 6 : 1) + Math.sin(at) / 4,
);

describe('spikes', () => {
  it('are losses above five times the median of the 50 epochs before', () => {
    const monitor = createMonitor(initialMonitor, null);
    const flags = losses.map((loss) => monitor.observeLoss(loss));
    losses.forEach((loss, at) => {
      const before = losses.slice(Math.max(0, at - 50), at).sort((a, b) => a - b);
      const expected = before.length === 50 && loss > 5 * ((before[24] + before[25]) / 2);
      expect(flags[at], `epoch ${at + 1}`).toBe(expected);
    });
    expect(flags.filter(Boolean)).toHaveLength(3);
  });

  it('are judged the same after going on from a stored state at any epoch', () => {
    const whole = createMonitor(initialMonitor, null);
    const flags = losses.map((loss) => whole.observeLoss(loss));
    for (const cut of [0, 1, 49, 50, 51, 60, 61, 130]) {
      const first = createMonitor(initialMonitor, null);
      losses.slice(0, cut).forEach((loss) => first.observeLoss(loss));
      const second = createMonitor(structuredClone(first.state()), null);
      expect(losses.slice(cut).map((loss) => second.observeLoss(loss))).toEqual(flags.slice(cut));
      expect(second.state()).toEqual(whole.state());
    }
  });
});

describe('early stop', () => {
  it('holds once the metric is below the bound', () => {
    const monitor = createMonitor(initialMonitor, { metric: 'train', every: 5, below: 0.1 });
    expect(monitor.shouldStop(5)).toBe(false);
    monitor.observeMetric(5, 0.1);
    expect(monitor.shouldStop(5)).toBe(false);
    monitor.observeMetric(10, 0.09);
    expect(monitor.shouldStop(10)).toBe(true);
  });

  it('holds after so many epochs without a new best, equal values being none', () => {
    const monitor = createMonitor(initialMonitor, { metric: 'validation', every: 5, patience: 15 });
    monitor.observeMetric(5, 0.5);
    for (const epoch of [10, 15]) {
      monitor.observeMetric(epoch, 0.5);
      expect(monitor.shouldStop(epoch)).toBe(false);
    }
    const resumed = createMonitor(monitor.state(), { metric: 'validation', every: 5, patience: 15 });
    resumed.observeMetric(20, 0.6);
    expect(resumed.shouldStop(20)).toBe(true);
    resumed.observeMetric(20, 0.4);
    expect(resumed.shouldStop(20)).toBe(false);
  });

  it('is judged at multiples of its period only, and never without a rule', () => {
    const monitor = createMonitor(
      { recentLosses: [], bestMetric: 0, bestEpoch: 5 },
      { metric: 'train', every: 5, below: 1 },
    );
    expect([5, 6, 10, 11].map((epoch) => monitor.shouldStop(epoch))).toEqual([true, false, true, false]);
    expect(createMonitor({ recentLosses: [], bestMetric: 0, bestEpoch: 5 }, null).shouldStop(5)).toBe(false);
  });
});
