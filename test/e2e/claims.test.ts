/** Claims are added to an entry in the app: by its form, by YAML, with their mistakes and their mark. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, pasteText, type AppPage } from './app-page.ts';
import { seriousFindings } from './axe-findings.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { ask, finishedEntry } from './small-sweep.ts';

inBrowserOnly('adding claims', 'the editor is the same in every window', () => {
  let browser: Browser;
  let served: ServedLab;
  let app: AppPage;
  let entryId: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    served = await servedLab(scratchFolder());
    ({ entryId } = await finishedEntry(served));
    app = await appPage(browser, served);
    await app.page.evaluate((id) => (location.hash = `#/entry/${id}?tab=findings`), entryId);
  });
  afterAll(async () => {
    await app?.close();
    await browser?.close();
    await served?.close();
  });

  it('begins with a claim that fits the entry, and both sides change the same text', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Claim something now' }).click();
    const said = page.getByRole('dialog').getByRole('status');
    await said.getByText(/true error at points 120 minus at points 60 is above 0/).waitFor();
    expect(await said.innerText()).toContain('(added when 4 of 4 cells were known)');
    await page.getByLabel('Measure', { exact: true }).selectOption('IoU');
    await page.getByLabel('Side of the bound').selectOption('below');
    await said.getByText(/IoU at points 120 minus at points 60 is below 0/).waitFor();
    expect(await page.getByRole('textbox', { name: 'Claims as YAML' }).innerText()).toContain('below: 0');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('says what is wrong in one line, and keeps nothing of it', async () => {
    const { page } = app;
    const text =
      'findings:\n  - id: mine\n    claims:\n      - { kind: reaches, measure: beauty, above: 1 }\n';
    await pasteText(page, 'Claims as YAML', text);
    const said = page.getByRole('dialog').getByRole('status');
    await said.getByText(/^line 4: .*is beauty$/).waitFor();
    expect(await page.getByRole('button', { name: 'Keep 1 claim' }).isDisabled()).toBe(true);
    await pasteText(page, 'Claims as YAML', text.replace('beauty', 'total variation'));
    await said.getByText(/total variation comes above 1/).waitFor();
    await page.getByLabel('Question').fill('Is it rough?');
    await page.getByRole('textbox', { name: 'Claims as YAML' }).getByText('Is it rough?').waitFor();
  });

  it('shows the verdict beside its mark, with what it needs measured', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Keep 1 claim' }).click();
    const finding = page.getByRole('region', { name: 'Is it rough?' });
    await finding.getByText(/Undecided\. .*2 seeds/).waitFor();
    expect(await finding.innerText()).toContain('(added when 4 of 4 cells were known)');
  });

  it('is cited in notes by its verdict, which says where they are wrong and leads to the evidence', async () => {
    const { page } = app;
    const { revision } = await ask(served, 'notes.read', { entryId });
    const text = 'It is [[finding mine]], not [[finding mine: holds]], nor [[finding yours]].';
    await ask(served, 'notes.write', { entryId, text, revision });
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    const chips = page.locator('.notes .citation');
    await chips.nth(2).waitFor();
    await expect.poll(() => chips.allInnerTexts()).toEqual(['undecided', 'undecided', 'finding yours ?']);
    expect(
      await chips.evaluateAll((all) => all.map((chip) => chip.className.replace('citation ', ''))),
    ).toEqual(['shown', 'broken', 'unknown']);
    expect(await seriousFindings(page)).toEqual([]);
    await chips.first().click();
    await page.getByRole('region', { name: 'Is it rough?' }).waitFor();
  });

  it('goes away again', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Add claims' }).click();
    await page.getByRole('button', { name: 'Remove this one' }).click();
    await page.getByRole('button', { name: 'Keep none' }).click();
    await page.getByRole('heading', { name: 'This entry claims nothing.' }).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
