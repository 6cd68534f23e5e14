import { describe, expect, it } from 'vitest';
import { unitView, type View } from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { extractComplex } from '../../../experiments/polytopes/extract-complex.ts';
import { ExtractionError } from '../../../experiments/polytopes/extraction-error.ts';
import type {
  ExtractionOptions,
  ExtractionProgress,
} from '../../../experiments/polytopes/extraction-options.ts';
import { initialNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { kernel, networkOf } from './geometry-kernel.ts';

/** The error of an extraction that must fail. */
function failure(network: Network, view: View, options: Partial<ExtractionOptions>): ExtractionError {
  try {
    extractComplex(network, view, { kernel, ...options });
  } catch (error) {
    if (error instanceof ExtractionError) return error;
    throw error;
  }
  throw new Error('The extraction succeeded.');
}

describe('budgets', () => {
  it('of regions stop the work with a message that says what to do', () => {
    const error = failure(ringNetwork(300), unitView, { budget: { regions: 90_000, bytes: 1e9 } });
    expect(error.code).toBe('regions budget');
    expect(error.message).toMatch(
      /^More than 90,000 regions after \d+ % of the work: choose a smaller view or/,
    );
  });

  it('of memory stop the work before the memory is taken', () => {
    const error = failure(ringNetwork(6000), unitView, { budget: { regions: 1e7, bytes: 40_000_000 } });
    expect(error.code).toBe('memory budget');
    expect(error.message).toMatch(/^More than 40 MB of memory after \d+ % of the work/);
  });

  it('of memory hold for small views too', () => {
    const error = failure(initialNetwork([3], 'he-normal', 1, 0), unitView, {
      budget: { regions: 10, bytes: 1e6 },
    });
    expect(error.code).toBe('memory budget');
  });

  it('that suffice do not matter', () => {
    const network = ringNetwork(0);
    const complex = extractComplex(network, unitView, {
      kernel,
      budget: { regions: 9_088, bytes: 60_000_000 },
    });
    expect(complex.regionCount).toBe(9_088);
  });
});

describe('watching an extraction', () => {
  it('reports progress that rises to 1', () => {
    const seen: ExtractionProgress[] = [];
    const complex = extractComplex(ringNetwork(300), unitView, { kernel, onProgress: (p) => seen.push(p) });
    expect(seen.length).toBeGreaterThan(5);
    seen.forEach((progress, index) => {
      expect(progress.done).toBeGreaterThanOrEqual(seen[Math.max(0, index - 1)]!.done);
      expect(progress.done).toBeLessThanOrEqual(1);
    });
    expect(seen.at(-2)!.done).toBeLessThan(0.999);
    expect(seen.at(-1)!.done).toBeCloseTo(1, 9);
    expect(seen.at(-1)!.regions).toBe(complex.regionCount);
  });

  it('stops soon after its signal is aborted', () => {
    const controller = new AbortController();
    let reports = 0;
    const error = failure(ringNetwork(6000), unitView, {
      signal: controller.signal,
      onProgress: () => {
        if (++reports === 3) controller.abort();
      },
    });
    expect(error.code).toBe('aborted');
    expect(reports).toBe(3);
  });
});

describe('bad input', () => {
  const network = initialNetwork([4], 'he-normal', 1, 0.01);
  const good = network.parameters;
  it.each<[string, Network, View]>([
    ['an empty view', network, { x0: 0, y0: 0, x1: 0, y1: 1 }],
    ['a reversed view', network, { x0: 0, y0: 1, x1: 1, y1: 0 }],
    ['a view with NaN', network, { x0: 0, y0: 0, x1: NaN, y1: 1 }],
    ['an infinite view', network, { x0: -Infinity, y0: 0, x1: 1, y1: 1 }],
    ['too few parameters', { ...network, parameters: good.slice(1) }, unitView],
    [
      'a parameter that is not finite',
      { ...network, parameters: good.map((p, i) => (i === 3 ? NaN : p)) },
      unitView,
    ],
    ['a negative slope', { ...network, slope: -0.1 }, unitView],
    ['a slope above 1', { ...network, slope: 1.5 }, unitView],
    ['no outputs', networkOf([3], 0, 0, () => 1), unitView],
    ['four outputs', networkOf([3], 4, 0, () => 1), unitView],
    ['an empty layer', networkOf([3, 0, 2], 1, 0, () => 1), unitView],
  ])('%s is refused', (_name, subject, view) => {
    expect(failure(subject, view, {}).code).toBe('invalid input');
  });
});
