/** What a page may do in a real Electron; what is decided where is tried in test/electron/shell and policy. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { inElectronOnly } from './app-hosts.ts';
import type { AppPage } from './app-page.ts';

inElectronOnly('the page', (host) => {
  const reached: string[] = [];
  let outside: Server;
  let app: AppPage;

  beforeAll(async () => {
    outside = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    app = await host.open(scratchFolder());
  });

  afterAll(async () => {
    await app?.close();
    outside?.close();
  });

  it('has the two functions of its bridge, nothing of Node, and is isolated from other origins', async () => {
    const found = await app.page.evaluate(() => {
      const scope = globalThis as unknown as Record<string, object | undefined>;
      return {
        bridge: Object.keys(scope['creasebook'] ?? {}).sort(),
        node: ['require', 'process', 'module', 'Buffer'].filter((name) => scope[name] !== undefined),
        isolated: crossOriginIsolated,
        origin: location.origin,
      };
    });
    expect(found).toEqual({
      bridge: ['listen', 'send'],
      node: [],
      isolated: true,
      origin: 'creasebook://lab',
    });
  });

  it('loads nothing from elsewhere', async () => {
    const address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/x`;
    const outcome = await app.page.evaluate(async (url) => {
      const image = new Image();
      const shown = new Promise((resolve) => {
        image.onload = () => resolve('loaded');
        image.onerror = () => resolve('blocked');
      });
      image.src = url;
      const fetched = fetch(url, { mode: 'no-cors' }).then(
        () => 'loaded',
        () => 'blocked',
      );
      return [await shown, await fetched];
    }, address);
    expect(outcome).toEqual(['blocked', 'blocked']);
    expect(reached).toEqual([]);
  });

  it('opens no windows, goes nowhere, and is granted nothing', async () => {
    const { page } = app;
    const before = page.url();
    const outcome = await page.evaluate(async () => {
      const opened = ['about:blank', 'data:text/html,a', location.href].map((url) => window.open(url));
      for (const url of ['data:text/html,a', 'file:///etc/hosts', 'about:blank']) location.assign(url);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { state } = await navigator.permissions.query({ name: 'geolocation' });
      return { opened, state };
    });
    expect(outcome).toEqual({ opened: [null, null, null], state: 'denied' });
    expect(page.url()).toBe(before);
  });
});
