import { expect, it } from 'vitest';
import { lab, labJson } from './lab-process.ts';
import { expectOneLine } from './one-line.ts';

interface Told {
  readonly id: string;
  readonly rows: readonly { readonly what: string; readonly isTheory: boolean; readonly holds: boolean }[];
}

it('papers are measured, what theory fixes comes out, and other names are refused', async () => {
  const [told] = await labJson<Told[]>('reproduce', 'hanin-rolnick-2019', '--seeds', '1');
  expect(told!.id).toBe('hanin-rolnick-2019');
  expect(told!.rows.filter(({ isTheory, holds }) => isTheory && holds)).toHaveLength(1);
  const { code, stdout } = await lab('reproduce', 'wilson-2025', '--seeds', '1');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^wilson-2025 .*\n.*expected +measured\n( {2}(holds|does not hold) .*\n){8}\n$/);
  expectOneLine(
    await lab('reproduce', 'nobody-1900'),
    2,
    /there is no 'nobody-1900'; papers are hanin-rolnick/,
  );
});
