/** The app in a real browser and in Electron, on a real notebook, with the real engine. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recipeFromPng } from '../../experiments/formats/png.ts';
import { inEveryHost } from './app-hosts.ts';
import { gridColours, pasteText, scrubberText, typeSweep, type AppPage } from './app-page.ts';

const sweep = `# Two sizes of the training set.
name: little ring
target: ring
epochs: 40
snapshots: { every: 4 }
parameters:
  points: { values: [400, 100] } # many and few
  seed: { values: [1, 2] }
  shape: { values: ['[8]*3'] }
training: { batch_size: 50 }
`;

inEveryHost('the app', (host) => {
  const notebook = mkdtempSync(join(tmpdir(), 'creasebook-e2e-'));
  let app: AppPage;

  beforeAll(async () => {
    app = await host.open(notebook);
  });

  afterAll(async () => {
    await app?.close();
    rmSync(notebook, { recursive: true, force: true });
  });

  it('begins with an empty notebook and says what to do', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: 'No entries yet.' }).waitFor();
    await page.getByRole('button', { name: 'Run a two-minute sweep' }).waitFor();
    await page.getByRole('link', { name: 'New sweep' }).click();
    await page.getByRole('heading', { name: 'New sweep' }).waitFor();
    await page.getByText('9 cells', { exact: true }).waitFor();
  });

  it('shows mistakes of a sweep file with their line, and lets nobody queue them', async () => {
    const { page } = app;
    await typeSweep(page, sweep.replace('epochs: 40', 'epoch: 40'));
    await page
      .getByRole('list', { name: 'Mistakes' })
      .getByText(/line 4.*epoch/)
      .waitFor();
    expect(await page.getByRole('button', { name: /^Queue \d/ }).isDisabled()).toBe(true);
  });

  it('has form and YAML edit each other, comments kept', async () => {
    const { page } = app;
    await typeSweep(page, sweep);
    await page.getByText('4 cells', { exact: true }).waitFor();
    const points = page.getByRole('textbox', { name: 'training points, separated by commas' });
    expect(await points.inputValue()).toBe('400, 100');
    await points.fill('400, 200, 100');
    await points.press('Tab');
    await page.getByText('6 cells', { exact: true }).waitFor();
    const text = await page.getByRole('textbox', { name: 'Sweep file as YAML' }).innerText();
    expect(text).toMatch(/\[ ?400, 200, 100 ?\].*# many and few/);
  });

  it('queues with Ctrl+Enter and shows pictures of every cell while it trains', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Enter');
    await page.getByRole('grid', { name: 'Comparison grid' }).waitFor();
    expect(await page.getByRole('gridcell').count()).toBe(6);
    await page.getByText('6 cells finished').waitFor();
    await expect.poll(async () => Math.min(...(await gridColours(page)))).toBeGreaterThan(8);
    expect(await scrubberText(page)).toBe('epoch 40 of 40, frame 11');
  });

  it('scrubs by keyboard: snapshots, ends, and epochs between snapshots', async () => {
    const { page } = app;
    await page.getByRole('slider', { name: 'Time' }).focus();
    const said: (string | null)[] = [];
    for (const key of ['Home', 'ArrowRight', 'Shift+ArrowRight', 'ArrowLeft', 'Shift+Period', 'End']) {
      await page.keyboard.press(key);
      said.push(await scrubberText(page));
    }
    expect(said).toEqual([
      'epoch 0 of 40, frame 1',
      'epoch 4 of 40, frame 2',
      'epoch 40 of 40, frame 11',
      'epoch 36 of 40, frame 10',
      'epoch 37 of 40, frame 10 and after',
      'epoch 40 of 40, frame 11',
    ]);
  });

  it('shows the epoch that was asked for, between snapshots too, computed anew', async () => {
    const { page } = app;
    await page.getByRole('textbox', { name: 'Go to epoch' }).fill('18');
    await page.keyboard.press('Enter');
    await page.getByText('exact', { exact: true }).waitFor();
    await expect
      .poll(() => page.locator('[role="gridcell"] .spoken').first().textContent())
      .toContain('Epoch 18,');
  });

  it('scrubs by mouse and changes what the cells show', async () => {
    const { page } = app;
    const slider = page.getByRole('slider', { name: 'Time' });
    const box = await slider.boundingBox();
    if (box === null) throw new Error('the slider has no place');
    const before = await page.locator('[role="gridcell"] canvas').first().screenshot();
    await page.mouse.click(box.x + 8, box.y + box.height / 2);
    expect(await scrubberText(page)).toBe('epoch 0 of 40, frame 1');
    await expect
      .poll(async () => (await page.locator('[role="gridcell"] canvas').first().screenshot()).equals(before))
      .toBe(false);
    await page.mouse.click(box.x + box.width - 8, box.y + box.height / 2);
    expect(await scrubberText(page)).toBe('epoch 40 of 40, frame 11');
  });

  it('shows cells at their own latest snapshot on another time axis', async () => {
    const { page } = app;
    await page.getByRole('combobox', { name: 'Time axis' }).selectOption('step');
    // 400 points make 8 steps an epoch, 100 points 2.
    await page.getByRole('textbox', { name: 'Go to step' }).fill('80');
    await page.keyboard.press('Enter');
    const epochs = () =>
      page
        .getByRole('gridcell')
        .evaluateAll((cells) =>
          cells.map((cell) => /Epoch (\d+)/.exec(cell.querySelector('.spoken')?.textContent ?? '')?.[1]),
        );
    await expect.poll(epochs).toEqual(['8', '20', '40', '8', '20', '40']);
    await page.getByText('epoch 20').first().waitFor();
    await page.getByRole('combobox', { name: 'Time axis' }).selectOption('epoch');
  });

  it('draws curves over a setting that follow the scrubber, speak, filter, and come back by their address', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Curves', exact: true }).click();
    const chart = page.getByRole('application', { name: /^True error over training points/ });
    await chart.waitFor();
    await page.getByRole('textbox', { name: 'Go to epoch' }).fill('40');
    await page.keyboard.press('Enter');
    await page.getByText('True error, at epoch 40. Lines: median over seed (2 cells each)').waitFor();
    await page.getByRole('textbox', { name: 'Go to epoch' }).fill('8');
    await page.keyboard.press('Enter');
    await page.getByText('True error, at epoch 8.').waitFor();
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText(/^True error [\d.]+ at 100, quartiles [\d.]+ to [\d.]+, 2 cells\.$/).waitFor();
    // Another measure becomes panel b of the figure that is saved.
    await page.getByRole('button', { name: 'Export chart' }).click();
    await page.getByRole('checkbox', { name: 'Regions' }).check();
    const [figure] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'PNG, with its recipe inside' }).click(),
    ]);
    const { options } = recipeFromPng(readFileSync(await figure.path()))?.drawing ?? {};
    expect(options).toMatchObject({ x: 'points', y: 'true error, regions', at: '8' });
    // A filter that is typed in the very moment in which another measure is chosen stays.
    const filter = page.getByRole('textbox', { name: 'Cells with' });
    await page.getByRole('combobox', { name: 'Up' }).evaluate((up: HTMLSelectElement) => {
      up.value = 'IoU';
      up.dispatchEvent(new Event('change', { bubbles: true }));
      const input = up.closest('.choices')?.querySelector('input[type=text]') as HTMLInputElement;
      input.value = 'points <= 200';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.getByText('IoU, at epoch 8.').waitFor();
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    expect(await filter.inputValue()).toBe('points <= 200');
    await filter.fill('points < 300');
    await filter.press('Enter');
    await page.getByRole('button', { name: 'As table' }).click();
    await expect.poll(() => page.locator('aside tbody tr').count()).toBe(2);
    await expect.poll(() => page.url()).toContain('epoch=8');
    expect(page.url()).toContain('tab=curves');
    await page.evaluate(() => window.location.reload());
    await page.getByText('IoU, at epoch 8.').waitFor();
    await page.getByRole('textbox', { name: 'Cells with' }).fill('pionts <= 200');
    await page.keyboard.press('Enter');
    await page.getByText("did you mean 'points'?").waitFor();
  });

  it('sorts, filters and groups its table of cells', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Cells', exact: true }).click();
    const filter = page.getByRole('searchbox', { name: 'Cells with' });
    await filter.fill('points != 200');
    await page.keyboard.press('Enter');
    const rows = page.getByRole('table', { name: 'Cells' }).getByRole('row');
    // Heads, four cells, totals.
    await expect.poll(() => rows.count()).toBe(6);
    await page.getByText('4 of 6 cells, median').waitFor();
    await page.getByRole('columnheader', { name: 'training points' }).getByRole('button').click();
    await expect.poll(() => rows.nth(1).innerText()).toMatch(/^100\s/);
    await page.getByRole('combobox', { name: 'Group' }).selectOption('points');
    await expect.poll(() => rows.count()).toBe(4);
    await filter.fill('');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Charts', exact: true }).click();
  });

  it('moves between cells by arrows, opens one with Enter, comes back with Escape', async () => {
    const { page } = app;
    await page.getByRole('gridcell').first().click();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => page.locator('[role="gridcell"]:focus .spoken').textContent())
      .toContain('200 points, seed 2');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Cell', exact: true }).first().waitFor();
    expect(page.url()).toMatch(/#\/entry\/[0-9a-f]{8}\/[0-9a-f]{16}$/);
    await page.keyboard.press('Escape');
    await page.getByRole('grid', { name: 'Comparison grid' }).waitFor();
    await page.keyboard.press('g');
    await page.getByRole('heading', { name: 'Probe' }).waitFor();
  });

  it('zooms into exact polytopes and probes them', async () => {
    const { page } = app;
    await page.getByText('exact polygons', { exact: true }).waitFor();
    for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Closer' }).click();
    await page.getByText('8×').waitFor();
    await page.getByText('exact polygons', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'x' }).fill('0.5');
    await page.keyboard.press('Enter');
    const probe = page.locator('aside section').first();
    await probe.getByText(/^[0-9a-f]{16}$/).waitFor();
    await page.getByRole('button', { name: 'Pin this point' }).click();
    await probe.getByText('the same polytope').waitFor();
    await page.getByRole('button', { name: 'Whole picture' }).click();
    await page.getByText('1×', { exact: true }).first().waitFor();
  });

  it('measures flicker between snapshots', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^Measure flicker at \d+ steps$/ }).click();
    const chart = page.getByRole('img', { name: /^Flicker over time/ });
    await chart.waitFor();
    expect(await chart.getAttribute('aria-label')).toMatch(
      /Epoch \d+ to \d+: linear part [\d.e-]+, geometry part [\d.e-]+, [\d.e-]+ % of the gates flip\./,
    );
  });

  it('compares two cells: blink, difference, swipe', async () => {
    const { page } = app;
    const compare = page.locator('aside section').nth(1);
    await compare.getByRole('combobox', { name: 'Cell' }).selectOption({ index: 0 });
    await page.keyboard.press('x');
    await page.getByText('A − B').waitFor();
    await page.keyboard.press('b');
    expect(await compare.getByRole('button', { name: 'Blink' }).getAttribute('aria-pressed')).toBe('true');
    await compare.getByRole('button', { name: 'Swipe' }).click();
    await page.getByRole('slider', { name: 'Border between A and B' }).fill('0.25');
    await compare.getByRole('button', { name: 'A only' }).click();
    await page.keyboard.press('Escape');
  });

  it('draws every ground once exact frames are there', async () => {
    const { page } = app;
    await page.getByRole('grid', { name: 'Comparison grid' }).waitFor();
    for (const ground of ['error', 'layers', 'regions', 'slope', 'change', 'prediction']) {
      await page.getByRole('combobox', { name: 'Draw' }).selectOption(ground);
      await page.getByText('exact', { exact: true }).waitFor();
      await expect
        .poll(async () => Math.min(...(await gridColours(page))), { message: ground })
        .toBeGreaterThan(3);
    }
  });

  it('keeps notes, shows citations live, and undoes', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await pasteText(page, 'Notes', 'At the end [[100/seed 1: IoU @ 40]], not [[100/seed 1: IoU @ 40 = 7]].');
    await page.getByRole('status').getByText('saved').waitFor();
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    const citations = page.locator('.citation');
    await expect.poll(() => citations.count()).toBe(2);
    expect(await citations.first().textContent()).toMatch(/^(\.\d\d|1\.00|–)$/);
    expect(await citations.nth(1).getAttribute('class')).toContain('broken');
    const figure = await citations.first().textContent();
    const copied = await page.locator('.notes p').evaluate((paragraph) => {
      getSelection()?.selectAllChildren(paragraph);
      const clipboardData = new DataTransfer();
      const event = new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true });
      paragraph.dispatchEvent(event);
      getSelection()?.removeAllRanges();
      return clipboardData.getData('text/plain');
    });
    expect(copied).toMatch(
      new RegExp(
        `^At the end \\${figure}\\[\\^1\\], not \\${figure}\\[\\^2\\]\\.\\n\\n\\[\\^1\\]: Creasebook entry [0-9a-f]{8} .*, IoU at epoch 40: \\${figure}, as recorded\\. .*\\n\\[\\^2\\]: .*claimed 7, not what the notes say`,
      ),
    );
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('m');
    await page.getByText('Marked epoch 0.').waitFor();
    await page.locator('.notes li', { hasText: 'Epoch 0:' }).waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('.notes li', { hasText: 'Epoch 0:' }).waitFor({ state: 'detached' });
  });

  it('exports the grid as a picture', async () => {
    const { page } = app;
    await page.keyboard.press('Control+e');
    await page.getByRole('img', { name: 'The grid as it will be saved' }).waitFor();
    await page.getByRole('combobox', { name: 'Cell size' }).selectOption({ index: 0 });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save PNG' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.png$/);
    const bytes = readFileSync(await download.path());
    expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
  });

  it('renames, tags, moves to the trash and back', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'little ring' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('my ring');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'my ring' }).waitFor();
    await page.getByRole('button', { name: '+ tag' }).click();
    await page.keyboard.type('first');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove tag first' }).waitFor();
    await page.getByRole('button', { name: 'More about this entry' }).click();
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByRole('heading', { name: 'No entries yet.' }).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByRole('link', { name: 'my ring' }).waitFor();
  });

  it('finds entries and performs commands from the palette', async () => {
    const { page } = app;
    await page.getByRole('searchbox', { name: 'Search' }).fill('nothing like it');
    await page.getByRole('heading', { name: 'Nothing matches.' }).waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('my ring');
    await page.getByRole('option', { name: /my ring/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('grid', { name: 'Comparison grid' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('pauses and resumes the queue from the palette', async () => {
    const { page } = app;
    // Each is offered only where the other was done before.
    for (const [words, said] of [
      ['Pause the queue', 'The queue is paused.'],
      ['Resume the queue', 'The queue goes on.'],
    ] as const) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(words);
      await page.getByRole('option', { name: words }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText(said).waitFor();
    }
  });

  it('verifies the entry', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'More about this entry' }).click();
    await page.getByRole('button', { name: 'Verify entry' }).click();
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    // The notes claim an IoU of 7; without that sentence all of it holds.
    await page.getByText('Some checks did not pass.').waitFor();
    await page.getByText(/notes\.md.*'100\/seed 1: IoU @ 40 = 7' does not hold: the records say/).waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await pasteText(page, 'Notes', 'It claims nothing.');
    await page.getByRole('status').getByText('saved').waitFor();
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await page.locator('.notes').getByText('It claims nothing.').waitFor();
    await page.getByRole('button', { name: 'More about this entry' }).click();
    await page.getByRole('button', { name: 'Verify entry' }).click();
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('Every check passed.').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
  });

  it('complained about nothing, the content policy not either', () => {
    expect(app.complaints).toEqual([]);
  });
});
