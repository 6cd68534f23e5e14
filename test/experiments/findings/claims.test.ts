import { describe, expect, it } from 'vitest';
import { claimsOfSweep } from '../../../experiments/findings/claims-file.ts';
import type { JudgedCell } from '../../../experiments/findings/judged-cell.ts';
import { cell, verdictOn } from './made-up-cells.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** Two groups of cells: IoU of each by seed. */
function pairs(a: (seed: number) => number, b: (seed: number) => number): JudgedCell[] {
  return seeds.flatMap((seed) => [
    cell(seed, { points: 100 }, [{ iou: a(seed) }]),
    cell(seed, { points: 50 }, [{ iou: b(seed) }]),
  ]);
}

const difference = '{ kind: difference, measure: IoU, a: { points: 100 }, b: { points: 50 }, margin: 0.1 }';

describe('difference', () => {
  it('compares within seeds, with the interval of the paired differences', () => {
    const verdict = verdictOn(
      difference,
      pairs(
        (seed) => seed + 0.2 + (seed % 2) / 10,
        (seed) => seed,
      ),
    );
    // Four differences of .2 and four of .3: deviation sqrt(.02 / 7), t(.975, 7) = 2.364624251592785.
    const half = (2.364624251592785 * Math.sqrt(0.02 / 7)) / Math.sqrt(8);
    expect(verdict).toMatchObject({ word: 'holds', n: 8, planned: 8, seedsToDecide: null });
    expect(verdict.parts[0]!.estimate).toBeCloseTo(0.25, 12);
    expect(verdict.parts[0]!.low).toBeCloseTo(0.25 - half, 9);
    expect(verdict.parts[0]!.high).toBeCloseTo(0.25 + half, 9);
    expect(verdict.parts[0]!.count).toEqual({ agreeing: 8, of: 8 });
    expect(
      verdictOn(
        difference,
        pairs(
          (seed) => seed + (seed % 2) / 100,
          (seed) => seed,
        ),
      ).word,
    ).toBe('fails');
  });

  it('says how many seeds would decide', () => {
    // Differences .1 - .3 and .1 + .34 in turn: mean .12, deviation .32 * sqrt(8 / 7).
    const verdict = verdictOn(
      difference,
      pairs(
        (seed) => (seed % 2 === 1 ? 0.44 : -0.2),
        () => 0,
      ),
    );
    const ratio = (2.364624251592785 * 0.32 * Math.sqrt(8 / 7)) / 0.02;
    expect(ratio ** 2).toBeGreaterThan(100);
    expect(verdict).toMatchObject({ word: 'undecided', seedsToDecide: 'more than 100' });
    const nearer = verdictOn(
      difference,
      pairs(
        (seed) => (seed % 2 === 1 ? 0.6 : -0.04),
        () => 0,
      ),
    );
    const needed = Math.ceil(((2.364624251592785 * 0.32 * Math.sqrt(8 / 7)) / 0.18) ** 2);
    expect(nearer).toMatchObject({ word: 'undecided', seedsToDecide: needed });
  });

  it('decides nothing below six seeds', () => {
    const few = pairs(
      (seed) => 1 + seed / 100,
      () => 0,
    ).filter(({ seed }) => seed <= 5);
    expect(verdictOn(difference, few)).toMatchObject({ word: 'undecided', seedsToDecide: 6, n: 5 });
  });

  it('counts cells that diverged as the claim says, and tells of them', () => {
    const cells = pairs(
      (seed) => 1 + seed / 100,
      () => 0,
    );
    cells[0] = cell(1, { points: 100 }, [{ iou: 0.9 }], 'diverged');
    const refused = verdictOn(difference, cells);
    expect(refused).toMatchObject({ word: 'not measured', diverged: 1, n: 7 });
    const leftOut = verdictOn(difference.replace('kind', "diverged: 'leave out', kind"), cells);
    expect(leftOut).toMatchObject({ word: 'holds', diverged: 1, n: 7, planned: 8 });
    expect(leftOut.gaps).toEqual(['1 seed left out, for it diverged']);
    const counted = verdictOn(difference.replace('kind', 'diverged: 0.25, kind'), cells);
    expect(counted).toMatchObject({ diverged: 1, n: 8 });
    expect(counted.perSeed[0]).toEqual({ seed: 1, a: 0.25, b: 0, difference: 0.25 });
  });

  it('leaves seeds out that are not trained so far or have no value, and says so', () => {
    const cells = pairs(
      (seed) => 1 + seed / 100,
      () => 0,
    );
    cells[0] = cell(1, { points: 100 }, [{ iou: 1 }], 'unfinished');
    cells[2] = cell(2, { points: 100 }, [{ iou: null }]);
    const verdict = verdictOn(difference, cells);
    expect(verdict).toMatchObject({ word: 'holds', n: 6, planned: 8 });
    expect(verdict.gaps).toEqual(['1 seed not trained so far', '1 seed without a value']);
  });

  it('takes late values as the median of the last fifth on the logarithmic axis', () => {
    const runs = seeds.map((seed) =>
      cell(seed, { points: 100 }, [
        { epoch: 0, iou: 9 },
        { epoch: 250, iou: 9 },
        { epoch: 252, iou: 0.4 + seed / 100 },
        { epoch: 500, iou: 0.1 },
        { epoch: 1000, iou: 0.8 },
      ]),
    );
    const claim = '{ kind: within, measure: IoU, at: late, low: 0, high: 1 }';
    // 1000 ^ .8 = 251.2
    expect(verdictOn(claim, runs).perSeed.map(({ value }) => value)).toEqual(
      seeds.map((seed) => 0.4 + seed / 100),
    );
  });
});

describe('within', () => {
  const claim = '{ kind: within, measure: true error, scale: log, low: 0.5, high: 2 }';
  const runs = (error: (seed: number) => number): JudgedCell[] =>
    seeds.map((seed) => cell(seed, { points: 1 }, [{ error: error(seed) }]));

  it('holds with the whole interval inside, fails with all of it outside', () => {
    expect(
      verdictOn(
        claim,
        runs((seed) => 1 + seed / 100),
      ),
    ).toMatchObject({ word: 'holds' });
    expect(
      verdictOn(
        claim,
        runs((seed) => 4 + seed / 100),
      ),
    ).toMatchObject({ word: 'fails' });
    expect(
      verdictOn(
        claim,
        runs((seed) => (seed % 2 === 0 ? 0.2 : 4)),
      ).word,
    ).toBe('undecided');
  });
});

describe('peak', () => {
  const claim = '{ kind: peak, measure: true error, scale: log, along: parameters }';
  const logs = [0, 0.5, 1, 0.75, 0.25];
  const runs = (curve: (place: number, seed: number) => number): JudgedCell[] =>
    seeds.flatMap((seed) =>
      logs.map((_, place) =>
        cell(seed, { parameters: 10 ** place }, [{ error: Math.exp(curve(place, seed)) }]),
      ),
    );

  it('measures rise and fall at the places that the other seeds chose', () => {
    const verdict = verdictOn(
      claim,
      runs((place, seed) => logs[place]! * (1 + seed / 100)),
    );
    expect(verdict.word).toBe('holds');
    expect(verdict.parts.map(({ name }) => name)).toEqual(['ascent', 'descent', 'peak at']);
    expect(verdict.parts[0]!.estimate).toBeCloseTo(1.045, 9);
    expect(verdict.parts[1]!.estimate).toBeCloseTo(0.75 * 1.045, 9);
    expect(verdict.parts[2]!.estimate).toBe(100);
  });

  it('is not misled by the one seed that has a peak elsewhere', () => {
    const verdict = verdictOn(
      claim,
      runs((place, seed) => (seed === 8 ? (place === 1 ? 9 : 0) : logs[place]!)),
    );
    expect(verdict.perSeed[7]).toEqual({ seed: 8, ascent: 0, descent: 0, at: 100 });
  });

  it('fails on a curve that only falls', () => {
    expect(
      verdictOn(
        claim,
        runs((place, seed) => -place - seed / 100),
      ).word,
    ).toBe('fails');
  });

  it('runs along epochs, too', () => {
    const runsOver = seeds.map((seed) =>
      cell(
        seed,
        { points: 1 },
        logs.map((log, place) => ({ epoch: place + 1, error: Math.exp(log * (1 + seed / 100)) })),
      ),
    );
    const verdict = verdictOn(claim.replace('parameters', 'epochs'), runsOver);
    expect(verdict).toMatchObject({ word: 'holds' });
    expect(verdict.parts[2]!.estimate).toBe(3);
  });
});

describe('times', () => {
  /** Arrives at this step, or never; five snapshots of 100 steps. */
  const run = (seed: number, points: number, step: number, state?: JudgedCell['state']): JudgedCell =>
    cell(
      seed,
      { points },
      [100, 200, 300, 400, 500].map((at) => ({ epoch: at / points, step: at, iou: at >= step ? 0.6 : 0.1 })),
      state,
    );
  const reaches = '{ kind: reaches, measure: IoU, above: 0.5, axis: steps }';

  it('reaches: a share with its interval, and the median time with infinity for never', () => {
    const six = seeds.slice(0, 6);
    const all = verdictOn(
      reaches,
      six.map((seed) => run(seed, 10, seed > 3 ? 300 : 200)),
    );
    expect(all.word).toBe('holds');
    expect(all.parts[0]!.low).toBeCloseTo(0.6096657, 7);
    expect(all.parts[1]).toMatchObject({ estimate: 250, low: 200, high: 300 });
    const none = verdictOn(
      reaches,
      six.map((seed) => run(seed, 10, 900)),
    );
    expect(none).toMatchObject({ word: 'fails', parts: [{ estimate: 0 }, { estimate: Infinity }] });
    const late = verdictOn(
      reaches.replace('axis: steps', 'before: { steps: 200 }'),
      six.map((seed) => run(seed, 10, 300)),
    );
    expect(late.word).toBe('fails');
  });

  it('reaches: a cell that diverged has never arrived, unless it had', () => {
    const cells = seeds.map((seed) =>
      run(seed, 10, seed === 1 ? 900 : 300, seed < 3 ? 'diverged' : 'finished'),
    );
    expect(verdictOn(reaches, cells)).toMatchObject({
      diverged: 2,
      parts: [{ count: { agreeing: 7, of: 8 } }, {}],
    });
    expect(verdictOn(reaches.replace('kind', 'diverged: refuse, kind'), cells).word).toBe('not measured');
  });

  const faster =
    '{ kind: faster, measure: IoU, above: 0.5, axis: steps, a: { points: 10 }, b: { points: 20 }, ratio above: 1.5 }';

  it('faster: the ratio of paired times where all arrive', () => {
    const cells = seeds.flatMap((seed) => [run(seed, 10, 100), run(seed, 20, seed > 4 ? 200 : 300)]);
    const verdict = verdictOn(faster, cells);
    expect(verdict).toMatchObject({
      word: 'holds',
      parts: [{ name: 'ratio', count: { agreeing: 8, of: 8 } }],
    });
    expect(verdict.parts[0]!.estimate).toBeCloseTo(Math.sqrt(6), 12);
    expect(verdictOn(faster.replace('above: 1.5', 'below: 1.5'), cells).word).toBe('fails');
  });

  it('faster: signs alone where a side never arrives', () => {
    const cells = seeds.flatMap((seed) => [run(seed, 10, 100), run(seed, 20, seed > 4 ? 900 : 300)]);
    expect(verdictOn(faster, cells)).toMatchObject({
      word: 'holds',
      parts: [{ name: 'ratio, by signs', estimate: Infinity, count: { agreeing: 8, of: 8 } }],
    });
    const five = cells.map((made) =>
      made.seed > 5 ? run(made.seed, Number(made.axes['points']), 900) : made,
    );
    // Three seeds of which neither side arrives say nothing, and five equal signs are too few.
    expect(verdictOn(faster, five)).toMatchObject({ word: 'undecided', seedsToDecide: 9 });
  });

  it('order: half of the ties count', () => {
    const cells = seeds.flatMap((seed) =>
      [1, 2, 3].map((event) =>
        cell(seed, { points: event }, [
          { epoch: 1, iou: event === 3 ? 0.1 : 0.9, error: event === 2 ? 0.1 : 1 },
          { epoch: 2, iou: 0.9, error: event === 3 ? 1 : 0.1 },
          { epoch: 3, iou: 0.9, error: 0.1 },
        ]),
      ),
    );
    const order =
      '{ kind: order, first: { measure: IoU, above: 0.5 }, then: { measure: true error, below: 0.5 } }';
    const verdict = verdictOn(order, cells);
    expect(verdict.perSeed[0]).toEqual({ seed: 1, share: 2.5 / 3, before: 2, together: 1, after: 0 });
    expect(verdict.word).toBe('holds');
    const few = cells.filter(({ axes }) => axes['points'] !== 1);
    expect(verdictOn(order, few)).toMatchObject({ word: 'undecided', seedsToDecide: 10 });
  });
});

describe('rank and exact', () => {
  const runs = seeds.flatMap((seed) =>
    [1, 2, 3, 4, 5].map((place) =>
      cell(seed, { parameters: place }, [
        { error: 1 / (place + (seed % 3) / 10), iou: place / 10, train: place / 10 },
      ]),
    ),
  );

  it('rank: tau of the medians', () => {
    const claim = '{ kind: rank, measure: true error, with: IoU, along: parameters, below: -0.5 }';
    expect(verdictOn(claim, runs)).toMatchObject({
      word: 'holds',
      parts: [{ estimate: -1, low: -1, high: -1 }],
    });
    const axis = claim.replace('with: IoU', 'with: axis').replace('below: -0.5', 'above: 0');
    expect(verdictOn(axis, runs).word).toBe('fails');
  });

  it('exact: the largest deviation of all cells', () => {
    expect(verdictOn('{ kind: exact, measure: IoU, equals: train error }', runs).word).toBe('holds');
    const off = verdictOn('{ kind: exact, measure: IoU, equals: 0.1, tolerance: 0.3 }', runs);
    expect(off).toMatchObject({ word: 'fails' });
    expect(off.parts[0]!.estimate).toBeCloseTo(0.4, 12);
  });
});

describe('bad claims are one line with its number', () => {
  const cells = pairs(
    () => 1,
    () => 0,
  );
  it.each([
    ['{ kind: diference }', /^line 4: .*must be a map with kind/],
    [
      '{ kind: within, measure: beauty, low: 0, high: 1 }',
      /^line 4: .*measure: must be one of .*IoU.*is beauty/,
    ],
    [
      '{ kind: within, measure: IoU, low: 0, hihg: 1, high: 1 }',
      /^line 4: unknown key 'hihg', did you mean 'high'/,
    ],
    ['{ kind: within, measure: IoU, low: 0 }', /^line 4: .*high: is missing/],
    ['{ kind: reaches, measure: IoU }', /^line 4: .*needs one of above, below/],
    ['{ kind: reaches, measure: IoU, above: 1, below: 0 }', /^line 4: .*do not go together/],
    [
      '{ kind: within, measure: IoU, low: 0, high: 1, where: { depth: 3 } }',
      /^line 4: depth: is no axis.*points/,
    ],
    [
      '{ kind: within, measure: IoU, low: 0, high: 1, where: { points: 3 } }',
      /^line 4: points: no cell has 3, values are 100, 50/,
    ],
    ['{ kind: peak, measure: IoU, along: points }', /^line 4: along: points needs at least three/],
    [
      '{ kind: difference, measure: IoU, a: { points: 50 }, b: { points: 50 } }',
      /^line 4: the groups a and b share cells/,
    ],
  ])('%s', (claim, words) => {
    expect(() => verdictOn(claim, cells)).toThrow(words);
  });

  it('one seed is none', () => {
    const one = cells.filter(({ seed }) => seed === 1);
    expect(() => verdictOn(difference, one)).toThrow(/^line 4: nothing is judged from one seed/);
  });
});

it('claims are found however their key is written, and none in a text without it, be it YAML or not', () => {
  const text = [
    'findings:',
    '  - id: f',
    '    claims:',
    '      - { kind: exact, measure: trainMse, below: 1, expect: holds }',
  ].join('\n');
  const found = (yaml: string): unknown => {
    try {
      return claimsOfSweep(yaml).length;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(found(text.replace('findings', String.raw`"\x66indings"`))).toEqual(found(text));
  expect(found(text)).not.toBe(0);
  expect(found('name: x')).toBe(0);
  expect(found('a: [')).toBe(0);
});
