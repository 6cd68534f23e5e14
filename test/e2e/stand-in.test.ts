/** The whole way through the app on the stand-in for Electron: main process, preload scripts and pages are the built ones. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { newerNodeAbsence } from '../electron/stand-in/newer-node.ts';
import { isWithoutBrowser } from './browser.ts';
import { scrubberText } from './app-page.ts';
import { standInPage, type StandInPage } from './stand-in-page.ts';

const absence = isWithoutBrowser ? 'no Chromium is installed' : newerNodeAbsence;
const leftOut = absence === null ? '' : `: left out, ${absence}`;

describe.skipIf(absence !== null)(`the app on the stand-in${leftOut}`, () => {
  const notebook = scratchFolder();
  let open: StandInPage;

  beforeAll(async () => {
    open = await standInPage(notebook);
  });

  afterAll(() => open?.close());

  it('shows the example, and its page has the bridge and nothing of Node', async () => {
    const { page } = open;
    const found = await page.evaluate(() => {
      const scope = globalThis as unknown as Record<string, object | undefined>;
      return {
        bridge: Object.keys(scope['creasebook'] ?? {}).sort(),
        node: ['require', 'process', 'module', 'Buffer'].filter((name) => scope[name] !== undefined),
        isolated: crossOriginIsolated,
      };
    });
    expect(found).toEqual({ bridge: ['listen', 'send'], node: [], isolated: true });
    await expect.poll(() => page.getByText(/ring/i).count()).toBeGreaterThan(0);
    expect(open.app.names()).toContain('shown');
  });

  it('asks for the two permissions that pages may have, and is denied any other', async () => {
    const outcome = await open.page.evaluate(async () => {
      const copied = await navigator.clipboard.writeText('# notes').then(
        () => 'copied',
        (error: Error) => error.name,
      );
      const { state } = await navigator.permissions.query({ name: 'geolocation' });
      return [copied, state];
    });
    expect(outcome).toEqual(['copied', 'denied']);
    expect(open.app.log().find(({ what }) => what === 'copied')).toMatchObject({ text: '# notes' });
  });

  it('opens no window of a page’s own, and links in the system’s browser', async () => {
    const opened = await open.page.evaluate(() => window.open('https://example.org/'));
    expect(opened).toBeNull();
    await expect
      .poll(() => open.app.log().filter(({ what }) => what === 'external'))
      .toEqual([{ what: 'external', address: 'https://example.org/' }]);
  });

  it('copies notes as Markdown and may fill the screen, which Electron asks for permission', async () => {
    const { page } = open;
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('Copied as Markdown, every figure with its source.').waitFor();
    await expect
      .poll(
        () =>
          open.app
            .log()
            .filter(({ what }) => what === 'copied')
            .at(-1)?.['text'],
      )
      .toMatch(/\[\^1\]: Creasebook entry/);
    await page.evaluate(() => document.documentElement.requestFullscreen());
    expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
    await page.evaluate(() => document.exitFullscreen());
  });

  it('opens links to an epoch of an entry and sweep files that the system hands over', async () => {
    const { page } = open;
    const [, entryId = ''] = /#\/entry\/([0-9a-f]{8})/.exec(page.url()) ?? [];
    open.app.act({ do: 'link', url: `creasebook://entry/${entryId}?epoch=400` });
    await expect.poll(() => scrubberText(page)).toContain('epoch 400 of 2,000');
    const sweep = join(scratchFolder(), 'handed over.yaml');
    writeFileSync(sweep, '# handed over\nname: from the file manager\ntarget: spiral\n');
    open.app.act({ do: 'file', path: sweep });
    await page.getByRole('heading', { name: 'New sweep' }).waitFor();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Sweep file as YAML' }).innerText())
      .toContain('from the file manager');
    open.app.act({ do: 'link', url: 'creasebook://entry/00000000' });
    await page.getByText('The link leads to an entry that is not in this notebook.').waitFor();
  });

  it('follows the menu', async () => {
    open.app.act({ do: 'menu', label: 'Queue' });
    await expect.poll(() => open.page.url()).toContain('queue');
  });

  it('ends in good order after one signal, with the example in the notebook', async () => {
    open.app.child.kill('SIGTERM');
    expect(await open.app.ended, open.app.output()).toBe(0);
    expect(existsSync(join(notebook, 'entries'))).toBe(true);
    expect(open.app.names().filter((name) => name === 'exit')).toHaveLength(1);
  });
});
