/** Networks from files in the app, and onnxruntime's opinion on them. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { AppPage } from './app-page.ts';

/** Drops a file on the window. */
export async function dropFile(page: Page, url: URL, name: string): Promise<void> {
  const data = readFileSync(url).toString('base64');
  await page.evaluate(
    ([content, fileName]) => {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], fileName));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    [data, name] as const,
  );
}

/** Folder of the fixtures. */
export const fixtures = new URL('../fixtures/', import.meta.url);

/** Opens a network and expects onnxruntime to agree with the lab: the least share of equal hashes, the values. */
export async function expectAgreement(
  { page, complaints }: AppPage,
  name: string,
  least: number,
): Promise<void> {
  await dropFile(page, new URL(name, fixtures), name);
  await page.getByRole('heading', { name }).waitFor();
  await page.getByRole('button', { name: 'Check this frame' }).click();
  const checked = page.locator('[data-equal-hashes]');
  await checked.waitFor({ timeout: 240_000 });
  const figure = async (of: string): Promise<number> => Number(await checked.getAttribute(`data-${of}`));
  expect(await figure('pixels')).toBe(512 * 512);
  expect((await figure('equal-hashes')) / (512 * 512)).toBeGreaterThanOrEqual(least);
  expect(await figure('largest-difference')).toBeLessThan(1e-5);
  expect((await figure('drawn-equal-hashes')) / (512 * 512)).toBeGreaterThanOrEqual(least);
  expect(complaints).toEqual([]);
}
