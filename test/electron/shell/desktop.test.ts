/** What the app does on a desktop: progress, notifications, sleep, links, files, menus, its log, processes that end. */
import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { queueChange, untoldQueue } from '../../../electron/contract/queue-change.ts';
import type { QueueItem, QueueState } from '../../../electron/contract/queue.ts';
import { mainLog } from '../../../electron/shell/main-log.ts';
import { openedWords, placeOfLink } from '../../../electron/shell/open-words.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { until } from '../lab/queue/queue-fakes.ts';
import { FakeElectron, FakeWindow } from './fake-electron.ts';
import { noted, opened, type Opened } from './opened-shell.ts';

const entryId = '0123abcd';
const cellId = '0123456789abcdef';

/** Tells the changes from one state of a lab's queue to the next. */
function tellerOf({ events }: Opened['lab']) {
  let told = untoldQueue;
  return (items: readonly Partial<QueueItem>[], rest: Partial<QueueState> = {}): void => {
    const next = { ...untoldQueue, items: items as readonly QueueItem[], ...rest };
    const change = queueChange(told, next)!;
    told = { ...next, revision: change.revision };
    events.emit('queue.changed', change);
  };
}

describe('training', () => {
  const cell = (id: string, state: QueueItem['state'], epoch: number): Partial<QueueItem> => ({
    id,
    state,
    epoch,
    epochs: 100,
  });

  it('shows its share in the taskbar, and nothing once it is done', async () => {
    const { lab, window } = await opened();
    const tell = tellerOf(lab);
    tell([cell('a', 'running', 0), cell('b', 'queued', 0)]);
    expect(window.progress).toBe(0);
    lab.events.emit('queue.progress', { item: 'a', epoch: 50 } as never);
    expect(window.progress).toBe(0.25);
    tell([cell('a', 'finished', 100), cell('b', 'running', 0)]);
    expect(window.progress).toBe(0.5);
    // One that was taken off the list has nothing before it.
    tell([cell('b', 'running', 50)]);
    expect(window.progress).toBe(0.75);
    tell([cell('b', 'finished', 100)]);
    expect(window.progress).toBe(-1);
  });

  const both = [cell('a', 'running', 0), cell('b', 'running', 0)];

  it('ends with a notification where nobody looks, which leads to the app', async () => {
    const { electron, lab, window } = await opened();
    const tell = tellerOf(lab);
    tell(both);
    tell([cell('a', 'finished', 100), cell('b', 'failed', 7)]);
    const [notification] = electron.notifications;
    expect(notification?.options).toEqual({
      title: 'The queue is done',
      body: '1 cell finished, 1 failed.',
    });
    expect(notification?.isShown).toBe(true);
    notification?.emit('click');
    expect(window.focusCalls).toBe(1);
  });

  it.each<[string, readonly Partial<QueueItem>[], Partial<QueueState>]>([
    ['the person cancelled it', [cell('a', 'cancelled', 1), cell('b', 'cancelled', 1)], {}],
    [
      'the machine fell asleep',
      both.map((one) => ({ ...one, state: 'paused' as const })),
      {
        state: 'paused',
        pausedBecause: 'The computer fell asleep; resume to go on.',
      },
    ],
  ])('ends without a word where %s', async (_what, items, rest) => {
    const { electron, lab } = await opened();
    const tell = tellerOf(lab);
    tell(both);
    tell(items, rest);
    expect(electron.notifications).toEqual([]);
  });

  it('ends without a word where the window has the focus', async () => {
    const { electron, lab, window } = await opened();
    const tell = tellerOf(lab);
    FakeWindow.focused = window;
    tell(both);
    tell(both.map((one) => ({ ...one, state: 'finished' as const })));
    expect(electron.notifications).toEqual([]);
    expect(window.progress).toBe(-1);
  });

  it('is told that the machine sleeps and wakes, and so is the log', async () => {
    const { electron, lab } = await opened();
    electron.powerMonitor.emit('suspend');
    electron.powerMonitor.emit('resume');
    expect(lab.rests).toEqual([true, false]);
    expect(noted).toEqual(['the computer falls asleep', 'the computer is awake again']);
  });
});

it.each([
  ['completed', 'info', 'Saved my ring.png.'],
  ['cancelled', 'info', 'ring.png was not saved.'],
  ['interrupted', 'error', 'ring.png could not be saved. Save it again.'],
])('a page hears what became of a file that it handed over: %s', async (state, level, message) => {
  const { electron, window } = await opened();
  const item = Object.assign(new EventEmitter(), {
    getFilename: () => 'ring.png',
    getSavePath: () => '/home/jane/my ring.png',
  });
  electron.downloads.emit('will-download', {}, item, window.webContents);
  expect(window.webContents.sent).toEqual([]);
  item.emit('done', {}, state);
  expect(window.webContents.sent.map((sent) => sent.message)).toEqual([
    { kind: 'event', name: 'app.notice', value: { level, message } },
  ]);
});

it('the end of a session, of which Windows tells windows alone, is an end in good order', async () => {
  const { electron, lab, window } = await opened({}, 'win32');
  window.emit('session-end');
  await until(() => electron.app.exitCode === 0);
  expect(lab.closed).toBe(1);
});

describe('links', () => {
  it.each([
    [`creasebook://entry/${entryId}`, { entryId, cellId: null, epoch: null }],
    [`creasebook://entry/${entryId}/`, { entryId, cellId: null, epoch: null }],
    [`creasebook://entry/${entryId}/${cellId}?epoch=40`, { entryId, cellId, epoch: 40 }],
    [`creasebook://entry/${entryId}?epoch=-1`, { entryId, cellId: null, epoch: null }],
  ])('lead to a place: %s', (link, place) => {
    expect(placeOfLink(link)).toEqual({ kind: 'place', ...place });
  });

  it.each([
    'creasebook://lab/#/queue',
    `creasebook://entry/${entryId}/../../x`,
    'creasebook://entry/%2e%2e%2fetc',
    'creasebook://entry/',
    `https://entry/${entryId}`,
    'javascript:alert(1)',
    '',
    `creasebook://entry/${entryId}?epoch=${'9'.repeat(3000)}`,
  ])('of strangers lead nowhere: %s', (link) => {
    expect(placeOfLink(link)).toBeNull();
  });

  it('and files are found among the words of a command line', () => {
    expect(
      openedWords(
        [
          '/opt/creasebook',
          '--flag',
          `creasebook://entry/${entryId}`,
          'a.ELN',
          '/b/c.yaml',
          'file:///b/d%20e.yml',
          'file://elsewhere/f.yml',
          'd.txt',
          '--notebook',
          'n.yaml',
        ],
        '/home/me',
      ),
    ).toEqual([
      { link: `creasebook://entry/${entryId}` },
      { path: '/home/me/a.ELN' },
      { path: '/b/c.yaml' },
      { path: '/b/d e.yml' },
    ]);
  });

  it('reach the running app from a second start and from the system, and bring it to the front', async () => {
    const { electron, lab, window } = await opened();
    const link = `creasebook://entry/${entryId}`;
    electron.app.emit('second-instance', {}, ['/opt/creasebook', link], '/', { notebook: '/notes' });
    electron.app.emit('open-url', { preventDefault: () => undefined }, `${link}/${cellId}`);
    expect(lab.requests).toEqual([
      { kind: 'place', entryId, cellId: null, epoch: null },
      { kind: 'place', entryId, cellId, epoch: null },
    ]);
    expect(window.focusCalls).toBeGreaterThan(1);
    electron.app.emit('open-url', { preventDefault: () => undefined }, 'creasebook://nowhere/');
    expect(window.webContents.sent.at(-1)?.message).toMatchObject({ name: 'app.notice' });
    expect(lab.requests).toHaveLength(2);
  });

  it('that the app was started with wait for the lab', async () => {
    const { lab } = await opened({}, 'linux', {
      words: ['/opt/creasebook', `creasebook://entry/${entryId}`],
    });
    expect(lab.requests).toHaveLength(1);
  });

  it('and files of the system before the app is ready are not lost, as on macOS', async () => {
    const folder = scratchFolder();
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'sweep.yaml');
    writeFileSync(path, 'name: opened\n');
    const electron = new FakeElectron();
    const { lab, window } = await opened({}, 'darwin', {}, electron, () => {
      electron.app.emit('open-file', { preventDefault: () => undefined }, path);
      electron.app.emit('open-file', { preventDefault: () => undefined }, `${path}.gone.eln`);
    });
    expect(lab.requests).toEqual([
      { kind: 'file', name: 'sweep.yaml', bytes: new Uint8Array(readFileSync(path)) },
    ]);
    expect(window.webContents.sent.at(-1)?.message).toMatchObject({
      value: { message: 'sweep.yaml.gone.eln is not there any more.' },
    });
  });

  it('are asked of the system where the app is installed', async () => {
    const electron = new FakeElectron();
    electron.app.isPackaged = true;
    await opened({}, 'win32', {}, electron);
    expect(electron.app.calls).toContain('setAsDefaultProtocolClient creasebook');
    expect((await opened({}, 'win32')).electron.app.calls.join()).not.toContain('setAsDefault');
  });
});

it('the menu can export where an entry is shown, and follows the window in front', async () => {
  const { electron, window } = await opened();
  const canExport = (): boolean | undefined => electron.menu.getMenuItemById('export')?.enabled;
  const goTo = ({ webContents }: FakeWindow, hash: string): void => {
    webContents.mainFrame.url = `creasebook://lab/${hash}`;
    webContents.emit('did-navigate-in-page', {}, webContents.mainFrame.url, true);
  };
  expect(canExport()).toBe(false);
  goTo(window, `#/entry/${entryId}/${cellId}`);
  expect(canExport()).toBe(true);
  goTo(window, '#/queue');
  expect(canExport()).toBe(false);
  goTo(window, `#/entry/${entryId}`);
  newWindow(electron);
  const [, second] = FakeWindow.windows;
  if (second === undefined) throw new Error('no second window');
  FakeWindow.focused = second;
  electron.app.emit('browser-window-focus');
  expect(canExport()).toBe(false);
  goTo(second, `#/entry/${entryId}`);
  expect(canExport()).toBe(true);
});

function newWindow({ menu }: FakeElectron): void {
  const items = menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  items.find(({ label }) => label === 'New Window')?.click?.({} as never, undefined, {} as never);
}

describe('a process of Chromium that ends', () => {
  const gone = ({ electron }: Opened, details: Record<string, unknown>): void =>
    void electron.app.emit('child-process-gone', {}, { exitCode: 5, ...details });

  it('is told in words where it draws, and only written down where it does not', async () => {
    const app = await opened();
    gone(app, { type: 'Utility', reason: 'crashed', name: 'Network Service' });
    gone(app, { type: 'GPU', reason: 'clean-exit' });
    expect(app.window.webContents.sent).toEqual([]);
    gone(app, { type: 'GPU', reason: 'crashed' });
    expect(app.window.webContents.sent.map(({ message }) => message)).toEqual([
      {
        kind: 'event',
        name: 'app.notice',
        value: {
          level: 'warning',
          message: 'The graphics process stopped: it crashed. It is started again; what trains goes on.',
        },
      },
    ]);
    expect(noted[0]).toBe('the process Utility Network Service ended: crashed, code 5');
  });

  it('again and again has the person asked, who can try again', async () => {
    const app = await opened();
    const { electron } = app;
    for (let end = 0; end < 5; end++) gone(app, { type: 'GPU', reason: 'oom' });
    expect(electron.questions).toEqual([
      'The graphics process stopped again and again: it ran out of memory.',
    ]);
    electron.answer(0);
    await until(() => electron.app.calls.includes('quit'));
    expect(electron.app.calls.indexOf('relaunch')).toBeLessThan(electron.app.calls.indexOf('quit'));
  });

  it('of a page is written down', async () => {
    const { electron } = await opened();
    electron.app.emit('render-process-gone', {}, {}, { reason: 'oom', exitCode: 9 });
    expect(noted).toEqual(['the process of a page ended: oom, code 9']);
  });
});

describe('the log', () => {
  it('is in a file that grows to a limit, a line each, without private paths', () => {
    const path = join(scratchFolder(), 'logs', 'main.log');
    const log = mainLog(path, '/home/Jane Doe', () => new Date(0));
    log.note(
      'Error: no such file /home/Jane Doe/secret notes/entry\n    at open (/opt/app/dist/shell.js:1:2)',
    );
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^1970-01-01T00:00:00\.000Z Error: .*\| at open \(shell\.js:1:2\)\n$/);
    expect(text).not.toMatch(/Jane|home|opt/);
    for (let lines = 0; lines < 400; lines++) log.note('x'.repeat(1000));
    expect(readFileSync(path).length).toBeLessThan(300_000);
    expect(readFileSync(`${path}.before`).length).toBeGreaterThan(200_000);
  });

  it('is shown from the menu', async () => {
    const { electron } = await opened();
    const items = electron.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    items.find(({ label }) => label === 'Show Log')?.click?.({} as never, undefined, {} as never);
    expect(electron.shownFiles).toEqual(['/app/main.log']);
  });

  it('cannot be written and keeps nobody from working', () => {
    const file = join(scratchFolder(), 'file');
    writeFileSync(file, '');
    expect(() => mainLog(join(file, 'main.log'), '/home/me', () => new Date()).note('x')).not.toThrow();
  });
});
