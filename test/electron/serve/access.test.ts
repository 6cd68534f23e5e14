import crypto from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { createAccess } from '../../../electron/serve/access.ts';

vi.mock('node:crypto', { spy: true });

it('every secret is compared in constant time with all that were given out, found or not', () => {
  const compare = vi.mocked(crypto.timingSafeEqual);
  const access = createAccess(1);
  const tokens = Array.from({ length: 5 }, () => access.newToken());
  const comparisons = (action: () => unknown): number => {
    compare.mockClear();
    action();
    return compare.mock.calls.length;
  };
  expect(comparisons(() => access.redeem('A'.repeat(43)))).toBe(5);
  let visitor: string | null = null;
  expect(comparisons(() => (visitor = access.redeem(tokens[0] ?? '')))).toBe(5);
  expect(comparisons(() => access.redeem(tokens[0] ?? ''))).toBe(4);
  expect(comparisons(() => access.isKnown(`creasebook-1=${visitor}`))).toBe(1);
  expect(access.isKnown(`creasebook-1=${visitor}`)).toBe(true);
  expect(access.isKnown(`creasebook-2=${visitor}`)).toBe(false);
});
