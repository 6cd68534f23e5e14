import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binaryIn } from '../../../electron/serve/electron-binary.ts';
import { hasDisplay } from '../../../electron/serve/start-app.ts';
import { scratchFolder } from '../scratch-folder.ts';

describe("Electron's binary", () => {
  function packageWith(name: string | null, ...files: string[]): string {
    const folder = scratchFolder();
    if (name !== null) writeFileSync(join(folder, 'path.txt'), name);
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
    return folder;
  }

  it('is where the installer of its package left it', () => {
    const folder = packageWith('electron', 'dist/electron');
    expect(binaryIn(folder, {})).toBe(join(folder, 'dist', 'electron'));
  });

  it('is missing before the download, after half of it, and where there is no package', () => {
    expect(binaryIn(packageWith(null, 'dist/electron'), {})).toBeNull();
    expect(binaryIn(packageWith('electron'), {})).toBeNull();
    expect(binaryIn(join(scratchFolder(), 'nothing'), {})).toBeNull();
  });

  it('is taken from ELECTRON_OVERRIDE_DIST_PATH, under the name of the package or as electron', () => {
    const other = packageWith(null, 'electron', 'Electron.app/Electron');
    const environment = { ELECTRON_OVERRIDE_DIST_PATH: other };
    expect(binaryIn(packageWith(null), environment)).toBe(join(other, 'electron'));
    const named = packageWith('Electron.app/Electron', 'dist/Electron.app/Electron');
    expect(binaryIn(named, environment)).toBe(join(other, 'Electron.app', 'Electron'));
    expect(binaryIn(named, { ELECTRON_OVERRIDE_DIST_PATH: '' })).toContain(named);
    expect(binaryIn(named, { ELECTRON_OVERRIDE_DIST_PATH: scratchFolder() })).toBeNull();
  });
});

it.each([
  ['darwin', {}, true],
  ['win32', {}, true],
  ['linux', {}, false],
  ['linux', { DISPLAY: '' }, false],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
])('whether %s with %j has a display: %s', (platform, environment, expected) => {
  expect(hasDisplay(platform, environment)).toBe(expected);
});
