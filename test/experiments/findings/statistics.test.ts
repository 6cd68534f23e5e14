import { describe, expect, it } from 'vitest';
import { bootstrapInterval, kendallTau } from '../../../experiments/findings/rank-correlation.ts';
import {
  deviation,
  mean,
  meanInterval,
  median,
  medianInterval,
  quantile,
  shareInterval,
  signTest,
} from '../../../experiments/findings/statistics.ts';
import { studentQuantile } from '../../../experiments/findings/student.ts';
import { normals, uniforms } from './made-up-cells.ts';

/** Chance of T between 0 and t by Simpson's rule over the density, from t = tan(angle) * sqrt(degrees). */
function centralChance(t: number, degrees: number): number {
  const end = Math.atan(t / Math.sqrt(degrees));
  const steps = 4000;
  const integrate = (to: number): number => {
    let sum = 0;
    for (let step = 0; step <= steps; step++) {
      const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2;
      sum += weight * Math.cos((to * step) / steps) ** (degrees - 1);
    }
    return (sum * to) / steps / 3;
  };
  return integrate(end) / integrate(Math.PI / 2) / 2;
}

/** Chance of at most `most` heads, as a quotient of whole numbers. */
function coin(most: number, tosses: number): number {
  let ways = 1n;
  let sum = 0n;
  for (let heads = 0; heads <= most; heads++) {
    sum += ways;
    ways = (ways * BigInt(tosses - heads)) / BigInt(heads + 1);
  }
  return Number((sum * 10n ** 30n) / 2n ** BigInt(tosses)) / 1e30;
}

/** One block of Philox4x32-10 in whole numbers of any size. */
function philox(counter: bigint[], key: bigint[]): number[] {
  const mask = 0xffffffffn;
  let [a, b, c, d] = counter as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const [left, right] = [0xd2511f53n * a, 0xcd9e8d57n * c];
    [a, b, c, d] = [(right >> 32n) ^ b ^ k0, right & mask, (left >> 32n) ^ d ^ k1, left & mask];
    [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
  }
  return [a, b, c, d].map(Number);
}

describe("Student's quantiles", () => {
  it.each([
    [1, 12.706204736432095],
    [2, 4.302652729911275],
    [5, 2.570581835636314],
    [7, 2.364624251592785],
    [9, 2.262157162740992],
    [19, 2.093024054408263],
    [1000, 1.9623390808264078],
  ])('with %i degrees are those of the table', (degrees, expected) => {
    expect(Math.abs(studentQuantile(0.975, degrees) - expected)).toBeLessThan(1e-9);
  });

  it('enclose what integrating the density gives', () => {
    for (const degrees of [1, 2, 3, 4, 6, 8, 11, 29, 99]) {
      for (const chance of [0.6, 0.9, 0.975, 0.995]) {
        const t = studentQuantile(chance, degrees);
        expect(Math.abs(centralChance(t, degrees) - (chance - 0.5))).toBeLessThan(1e-9);
      }
    }
  });
});

describe('averages and quantiles', () => {
  it('are those of a small sample by hand', () => {
    const values = [4, 1, 7, 2];
    expect([mean(values), median(values), quantile(values, 0.25), deviation(values)]).toEqual([
      3.5,
      3,
      1.75,
      Math.sqrt(7),
    ]);
    const half = (3.182446305284263 * Math.sqrt(7)) / 2;
    expect(meanInterval(values).low).toBeCloseTo(3.5 - half, 9);
    expect(meanInterval(values).high).toBeCloseTo(3.5 + half, 9);
    expect(meanInterval([3])).toEqual({ low: -Infinity, high: Infinity });
  });

  it('take infinity as later than everything', () => {
    expect(median([Infinity, 3, 5])).toBe(5);
    expect(median([Infinity, 3, Infinity])).toBe(Infinity);
    expect(median([Infinity, 3])).toBe(Infinity);
  });
});

describe('intervals of shares and medians', () => {
  it("ends where Wilson's score is 1.96: the roots of its equation", () => {
    const z = 1.959963984540054;
    for (const [count, of] of [
      [0, 6],
      [3, 8],
      [8, 8],
      [17, 20],
    ] as const) {
      const { low, high } = shareInterval(count, of);
      for (const p of [low, high]) {
        expect(Math.abs((count / of - p) ** 2 - (z * z * p * (1 - p)) / of)).toBeLessThan(1e-12);
      }
      expect(low).toBeLessThanOrEqual(count / of);
      expect(high).toBeGreaterThanOrEqual(count / of);
    }
    expect(shareInterval(6, 6).low).toBeCloseTo(0.6096657, 7);
  });

  it('holds the median between the order statistics that the table gives', () => {
    // Lower ranks of the 95 % interval for n = 6 .. 20 (Conover, Practical Nonparametric Statistics).
    const ranks = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6];
    ranks.forEach((rank, index) => {
      const n = index + 6;
      const values = Array.from({ length: n }, (_, at) => n - at);
      expect(medianInterval(values)).toEqual({ low: rank, high: n + 1 - rank });
      expect(coin(rank - 1, n)).toBeLessThanOrEqual(0.025);
      expect(coin(rank, n)).toBeGreaterThan(0.025);
    });
    expect(medianInterval([1, 2, 3, 4, 5])).toBeNull();
    expect(medianInterval([])).toBeNull();
  });

  it('tests signs as whole numbers do', () => {
    for (let n = 0; n <= 60; n += 5) {
      for (let above = 0; above <= n; above++) {
        const exact = Math.min(1, 2 * coin(Math.min(above, n - above), n));
        expect(Math.abs(signTest(above, n - above) - exact)).toBeLessThan(1e-9);
      }
    }
    expect(signTest(6, 0)).toBeCloseTo(0.03125, 12);
    expect(signTest(2000, 1000)).toBeLessThan(1e-9);
  });
});

describe('rank correlation', () => {
  it('is tau-b, with ties on either side', () => {
    const next = uniforms(7);
    for (let trial = 0; trial < 50; trial++) {
      const pairs = Array.from(
        { length: 9 },
        () => [Math.floor(5 * next()), Math.floor(4 * next())] as const,
      );
      const tied = (side: 0 | 1): number => {
        const counts = new Map<number, number>();
        for (const pair of pairs) counts.set(pair[side], (counts.get(pair[side]) ?? 0) + 1);
        return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
      };
      let [with_, against] = [0, 0];
      for (const [x, y] of pairs) {
        for (const [u, v] of pairs) {
          if ((x - u) * (y - v) > 0) with_ += 0.5;
          if ((x - u) * (y - v) < 0) against += 0.5;
        }
      }
      const tau = (with_ - against) / Math.sqrt((36 - tied(0)) * (36 - tied(1)));
      expect(kendallTau(pairs)).toBeCloseTo(tau, 12);
    }
    expect(kendallTau([[1, 2], [1, 3]])).toBe(0); // prettier-ignore
  });

  it('draws seeds again from its own stream', () => {
    const values = Array.from({ length: 7 }, normals(3));
    const key = 0xdeadbeef;
    const found = bootstrapInterval(7, key, (seeds) => mean(seeds.map((seed) => values[seed]!)));
    const means = Array.from({ length: 2000 }, (_, draw) => {
      const words = [0n, 1n].flatMap((block) => philox([block, 0n, BigInt(draw), 0n], [BigInt(key), 5n]));
      const drawn = words.slice(0, 7).map((word) => values[Number((BigInt(word) * 7n) >> 32n)]!);
      return drawn.reduce((sum, value) => sum + value, 0) / 7;
    }).sort((a, b) => a - b);
    const at = (place: number): number => {
      const floor = Math.floor(place);
      return means[floor]! * (1 - place + floor) + means[floor + 1]! * (place - floor);
    };
    expect(Math.abs(found.low - at(0.025 * 1999))).toBeLessThan(1e-9);
    expect(Math.abs(found.high - at(0.975 * 1999))).toBeLessThan(1e-9);
  });
});
