/** onnxruntime in a real browser and in Electron, under the app's content policy, beside the lab. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseNetworkFile } from '../../experiments/formats/network-file.ts';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { inEveryHost } from './app-hosts.ts';
import type { AppPage } from './app-page.ts';
import { dropFile, expectAgreement, fixtures } from './network-check.ts';
import { finishedEntry } from './small-sweep.ts';

inEveryHost('the second opinion', (host) => {
  let app: AppPage;
  let entryId: string;
  let cellId: string;

  beforeAll(async () => {
    app = await host.open(scratchFolder(), async (served) => {
      ({ entryId, cellId } = await finishedEntry(served));
    });
  });

  afterAll(() => app?.close());

  it('stands beside the lab at the probed point and on the whole frame', async () => {
    const { page, complaints } = app;
    await page.evaluate((hash) => (location.hash = hash), `#/entry/${entryId}/${cellId}`);
    await page.getByRole('img', { name: /epoch 20/ }).hover({ position: { x: 120, y: 150 } });
    const value = page.locator('[data-second-value]');
    await value.waitFor();
    expect(await value.getAttribute('data-second-value')).toBe('within');
    expect(await value.textContent()).toContain('same hash');
    await page.getByRole('button', { name: 'Check this frame' }).click();
    const checked = page.locator('[data-equal-hashes]');
    await checked.waitFor();
    const pixels = Number(await checked.getAttribute('data-pixels'));
    expect(Number(await checked.getAttribute('data-equal-hashes')) / pixels).toBeGreaterThan(0.9999);
    expect(await checked.textContent()).toContain('onnxruntime agrees');
    expect(complaints).toEqual([]);
  });

  it('agrees with the lab on 512 x 512 pixels of a network from elsewhere', async () => {
    await expectAgreement(app, 'ring-n5000-epoch6000.safetensors', 0.9999);
  });

  it('opens models of other exporters, exports them, and says what it cannot read', async () => {
    const { page, complaints } = app;
    await dropFile(page, new URL('onnx/keras.onnx', fixtures), 'keras.onnx');
    await page.getByRole('heading', { name: 'keras.onnx' }).waitFor();
    expect(await page.getByRole('textbox', { name: /Slope/ }).inputValue()).toBe('0.3');
    await page.locator('[data-polytopes="0 0 1 1"]').waitFor();
    await page.getByText(/^7 regions/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'ONNX', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('keras.onnx');
    expect(parseNetworkFile(readFileSync(await download.path())).parameters).toEqual(
      parseNetworkFile(readFileSync(new URL('onnx/keras.onnx', fixtures))).parameters,
    );
    await page.getByRole('textbox', { name: /Slope/ }).fill('0.5');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('textbox', { name: /Slope/ }).inputValue()).toBe('0.5');
    await dropFile(page, new URL('onnx/expected.json', fixtures), 'broken.onnx');
    await page.getByText('not an ONNX file').waitFor();
    await dropFile(page, new URL('onnx/expected.json', fixtures), 'notes.json');
    await page.getByText('notes.json cannot be opened here').waitFor();
    expect(complaints).toEqual([]);
  });
});
