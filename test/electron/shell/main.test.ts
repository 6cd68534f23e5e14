import { expect, it, vi } from 'vitest';
import { scratchFolder } from '../scratch-folder.ts';
import { FakeElectron, FakeWindow } from './fake-electron.ts';

const electron = new FakeElectron();
vi.doMock('electron', () => electron.parts);

it('the app opens in an Electron that is not ready before its entry module has been evaluated', async () => {
  let becomeReady: () => void = () => undefined;
  electron.app.whenReady = () => new Promise<void>((resolve) => (becomeReady = resolve));
  vi.stubEnv('CREASEBOOK_NOTEBOOK', scratchFolder());
  await import('../../../electron/shell/main.ts');
  expect(electron.app.calls).toEqual(
    expect.arrayContaining(['setName Creasebook', 'enableSandbox', 'registerSchemesAsPrivileged']),
  );
  expect(FakeWindow.windows).toEqual([]);
  becomeReady();
  await vi.waitFor(
    () => expect(FakeWindow.windows.flatMap(({ loaded }) => loaded)).toContain('creasebook://lab/'),
    20_000,
  );
  electron.app.quit();
  await vi.waitFor(() => expect(electron.app.exitCode).toBe(0), 20_000);
}, 60_000);
