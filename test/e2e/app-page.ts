/** A page of the app, as tests drive it. */
import type { Browser, Page } from 'playwright-core';
import type { ServedLab } from './lab-server.ts';

const sweepEditor = 'Sweep file as YAML';

export interface AppPage {
  readonly page: Page;
  /** Everything that the page complained about. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface PageOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly density?: number;
  readonly reducedMotion?: boolean;
}

/** Opens the app in a window of its own. */
export async function appPage(
  browser: Browser,
  served: Pick<ServedLab, 'newLink'>,
  options: PageOptions = {},
): Promise<AppPage> {
  const { theme = 'light', width = 1280, height = 800, density = 1, reducedMotion = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: density,
    colorScheme: theme,
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints = complaintsOf(page);
  await page.goto(served.newLink());
  await page.locator('nav').waitFor();
  return { page, complaints, close: () => context.close() };
}

/** A list that fills with errors and warnings of a page, refusals of the content policy among them. */
export function complaintsOf(page: Pick<Page, 'on'>): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}

/** Replaces the text of an editor by pasting. */
export async function pasteText(page: Page, editor: string, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: editor });
  await box.click();
  await page.keyboard.press('Control+a');
  await box.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** Replaces the sweep file that is being written, once the one is there that the page begins with. */
export async function typeSweep(page: Page, yaml: string): Promise<void> {
  // Its coming between selecting and pasting would leave both texts.
  await page.getByRole('textbox', { name: sweepEditor }).filter({ hasText: 'name:' }).waitFor();
  await pasteText(page, sweepEditor, yaml);
}

/** What the scrubber says. */
export function scrubberText(page: Page): Promise<string | null> {
  return page.getByRole('slider', { name: 'Time' }).getAttribute('aria-valuetext');
}

/** Numbers of distinct colours on every canvas of the grid: 1 is a blank one. */
export function gridColours(page: Page, canvases = '[role="gridcell"] canvas'): Promise<number[]> {
  return page.locator(canvases).evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      copy?.drawImage(canvas as HTMLCanvasElement, 0, 0);
      const data = copy?.getImageData(0, 0, width, height).data;
      return data === undefined ? 0 : new Set(new Uint32Array(data.buffer)).size;
    }),
  );
}
