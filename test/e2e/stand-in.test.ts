/** The whole way through the app on the stand-in for Electron: main process, preload scripts and pages are the built ones. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { newerNodeAbsence } from '../electron/stand-in/newer-node.ts';
import { isWithoutBrowser } from './browser.ts';
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
