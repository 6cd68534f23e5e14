/** How Electron is launched, tried on a stand-in for it. */
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type { Electron } from 'playwright-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hostAbsence } from './app-hosts.ts';
import { electronPage } from './electron-page.ts';

type LaunchOptions = NonNullable<Parameters<Electron['launch']>[0]>;

/** A page that shows the app once it was asked for `navAfter` times; never where that is Infinity. */
class FakePage extends EventEmitter {
  asked = 0;
  readonly navAfter: number;

  constructor(navAfter: number) {
    super();
    this.navAfter = navAfter;
  }

  locator() {
    return { count: () => Promise.resolve(++this.asked > this.navAfter ? 1 : 0) };
  }

  setDefaultTimeout(): void {
    this.emit('timeout set');
  }
}

/** An Electron with a page that computes, and one that shows the app a little later. */
class FakeApplication extends EventEmitter {
  readonly computes = new FakePage(Infinity);
  readonly shows = new FakePage(2);
  readonly pages: FakePage[] = [this.computes];
  readonly sizes: number[][] = [];
  isClosed = false;

  windows(): FakePage[] {
    if (this.computes.asked === 1 && this.pages.length === 1) {
      this.pages.push(this.shows);
      this.emit('window', this.shows);
      this.shows.emit('pageerror', new TypeError('early'));
      this.computes.emit('pageerror', new TypeError('of the other page'));
    }
    return this.pages;
  }

  browserWindow() {
    const window = { setContentSize: (...size: number[]) => void this.sizes.push(size) };
    return Promise.resolve({ evaluate: (action: (shown: typeof window) => void) => action(window) });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

async function launched() {
  const application = new FakeApplication();
  const launches: LaunchOptions[] = [];
  const launch = (options: LaunchOptions) => {
    launches.push(options);
    return Promise.resolve(application);
  };
  const launcher = { launch } as unknown as Electron;
  const app = await electronPage({ binary: '/somewhere/electron', notebook: '/my/notebook', launcher });
  return { app, application, options: launches[0] ?? {} };
}

afterEach(() => vi.unstubAllEnvs());

describe('the app in Electron', () => {
  it('is the built one, on the notebook, with a folder of its own that goes when it is closed', async () => {
    const { app, application, options } = await launched();
    expect(options.executablePath).toBe('/somewhere/electron');
    const [folder = '', script = '', ...rest] = options.args ?? [];
    expect(script).toBe(process.cwd());
    expect(rest).toEqual(['--notebook', '/my/notebook']);
    const userData = folder.replace('--user-data-dir=', '');
    expect(existsSync(userData)).toBe(true);
    await app.close();
    expect(application.isClosed).toBe(true);
    expect(existsSync(userData)).toBe(false);
  });

  it('is started as an app, whatever the tests run in', async () => {
    vi.stubEnv('ELECTRON_RUN_AS_NODE', '1');
    vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=100');
    vi.stubEnv('DISPLAY', ':7');
    const { app, options } = await launched();
    expect(options.env).toMatchObject({ DISPLAY: ':7' });
    expect(Object.keys(options.env ?? {})).not.toContain('ELECTRON_RUN_AS_NODE');
    expect(Object.keys(options.env ?? {})).not.toContain('NODE_OPTIONS');
    await app.close();
  });

  it('hands over the page that shows the app, with what that page complained about from its beginning', async () => {
    const { app, application } = await launched();
    expect(app.page).toBe(application.shows);
    expect(application.sizes).toEqual([[1280, 800]]);
    application.shows.emit('console', { type: () => 'warning', text: () => 'late' });
    application.shows.emit('console', { type: () => 'log', text: () => 'no complaint' });
    expect(app.complaints).toEqual(['TypeError: early', 'late']);
    await app.close();
  });
});

describe('the host of the tests', () => {
  it.each([
    [undefined, null, null],
    [undefined, 'it is not here', 'it is not here'],
    ['', null, null],
    ['electron', null, null],
    ['browser', null, 'CREASEBOOK_E2E asks for browser only'],
  ])('where %j is wanted and the obstacle is %j: %j', (wanted, obstacle, absence) => {
    expect(hostAbsence('electron', wanted, obstacle)).toBe(absence);
  });

  it('is never left out where it is asked for by name', () => {
    expect(() => hostAbsence('electron', 'electron', 'it is not here')).toThrow('but it is not here');
    expect(() => hostAbsence('electron', 'Electron', null)).toThrow('may be browser or electron or stand-in');
  });
});
