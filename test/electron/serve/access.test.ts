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

it('no other spelling of a secret is taken for it', () => {
  const access = createAccess(1);
  const token = access.newToken();
  const last = Buffer.from(token, 'base64url').toString('base64url').at(-1);
  // The last of 43 letters has two bits to spare.
  const sameBytes = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    .filter((letter) => letter !== last)
    .map((letter) => token.slice(0, -1) + letter)
    .filter((text) => Buffer.from(text, 'base64url').equals(Buffer.from(token, 'base64url')));
  expect(sameBytes).toHaveLength(3);
  for (const text of [`${token}\0`, `${token}=`, ` ${token}`, `${token}!`, ...sameBytes])
    expect(access.redeem(text), text).toBe(null);
  expect(access.redeem(token)).not.toBe(null);
});
