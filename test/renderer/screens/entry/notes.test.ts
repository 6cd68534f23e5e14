/** Notes in a page without any policy, where nothing but Markdown and cleaning stands between a text and a script. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programRoot } from '../../../../electron/program/assets.ts';
import { isWithoutBrowser, launchBrowser } from '../../../e2e/browser.ts';
import { loudNotes, quietNotes } from '../../../hostile-notes.ts';
import type { shown, Shown, Way } from './notes-page.ts';

/** The functions of notes-page.ts as a script that leaves them in `notes`. */
async function pageScript(): Promise<string> {
  const entry = join(programRoot(), 'test', 'renderer', 'screens', 'entry', 'notes-page.ts');
  const [bundle] = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'notes' } },
  })) as Rolldown.RolldownOutput[];
  return bundle!.output[0].code;
}

describe.skipIf(isWithoutBrowser)('hostile notes', () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.addScriptTag({ content: await pageScript() });
    page.on('request', (request) => requests.push(request.url()));
  });

  afterAll(() => browser?.close());

  const show = (way: Way, texts: readonly string[]): Promise<Shown> =>
    page.evaluate(
      ([by, what]) => (globalThis as unknown as { notes: { shown: typeof shown } }).notes.shown(by, what),
      [way, texts] as const,
    );

  it('run where they are shown carelessly, each of them', async () => {
    const { fired } = await show('careless', loudNotes);
    expect(fired).toEqual(loudNotes.map((_, at) => at));
  });

  it.each<Way>(['by Markdown alone', 'by cleaning alone', 'by both'])('run nothing %s', async (way) => {
    requests.length = 0;
    const texts = [...loudNotes, ...quietNotes];
    const { fired, strange } = await show(way, texts);
    expect(fired.map((at) => texts[at])).toEqual([]);
    // Markdown by itself lets pictures load and links lead anywhere in the app; cleaning takes both out.
    if (way === 'by Markdown alone') return;
    expect(strange).toEqual([]);
    expect(requests).toEqual([]);
  });
});
