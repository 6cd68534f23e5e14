/** Installers for systems that this is not: what electron-builder makes of the options, with stand-ins for their tools. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { build, type CliOptions } from 'electron-builder';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InstallerMaker, type BuildInstallers } from '../../../electron/packaging/installer-maker.ts';
import { appId } from '../../../electron/program/app-id.ts';
import { scratchFolder } from '../scratch-folder.ts';

/** A folder with what the packager leaves, as far as installers look at it. */
function packaged(files: readonly string[]): string {
  const folder = scratchFolder();
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
  return folder;
}

/** A program of the shell; returns its path. */
function tool(folder: string, name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

function make(platform: 'win32' | 'darwin', dir: string, builder?: BuildInstallers): Promise<string[]> {
  return new InstallerMaker(builder).make({
    dir,
    makeDir: scratchFolder(),
    appName: 'Creasebook',
    targetPlatform: platform,
    targetArch: 'x64',
    forgeConfig: {} as never,
    packageJSON: {},
  });
}

// The stand-ins are programs of a shell.
describe.skipIf(process.platform === 'win32')('an installer', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('for Windows has the id of the windows, the icon, and asks where to put the app', async () => {
    const pack = 'for word; do case "$word" in *.7z) echo packed > "$word" ;; esac; done';
    const seven = tool(scratchFolder(), '7za', pack);
    vi.stubEnv('ELECTRON_BUILDER_7ZIP_PATH', seven);
    const found: [Record<string, string>, Record<string, string>][] = [];
    const stopping: BuildInstallers = (request) =>
      build({
        ...request,
        effectiveOptionComputed: (options: never) => {
          found.push(options);
          return Promise.resolve(true);
        },
      } as CliOptions);
    await make('win32', packaged(['Creasebook.exe', 'resources/app.asar']), stopping);
    const [[defines, commands] = [{}, {}]] = found;
    // Shortcuts get this id, and windows that have another one get a button of their own in the taskbar.
    expect(defines).toMatchObject({
      APP_ID: appId,
      PRODUCT_NAME: 'Creasebook',
      PRODUCT_FILENAME: 'Creasebook',
    });
    expect(existsSync(defines['MUI_ICON'] ?? '')).toBe(true);
    expect(defines).not.toHaveProperty('ONE_CLICK');
    expect(defines).toHaveProperty('allowToChangeInstallationDirectory');
    expect(commands['OutFile']).toMatch(/Creasebook Setup [\d.]+\.exe"$/);
  });

  it('for macOS shows the app beside the folder of all apps', async () => {
    const tools = scratchFolder();
    tool(tools, 'sips', 'echo pixelHeight: 380; echo pixelWidth: 540');
    tool(tools, 'tiffutil', 'for word; do last=$word; done; echo tiff > "$last"');
    // Its arguments: -s settings title image. What it is asked for takes the place of the image.
    vi.stubEnv('CUSTOM_DMGBUILD_PATH', tool(tools, 'dmgbuild', 'cp "$2" "$4"'));
    vi.stubEnv('PATH', `${tools}${delimiter}${process.env['PATH'] ?? ''}`);
    const dir = packaged([
      'Creasebook.app/Contents/Info.plist',
      'Creasebook.app/Contents/Resources/app.asar',
    ]);
    const paths = await make('darwin', dir);
    const image = paths.find((path) => path.endsWith('.dmg')) ?? '';
    const settings = JSON.parse(readFileSync(image, 'utf8')) as {
      icon: string;
      contents: Record<string, unknown>[];
    };
    expect(existsSync(settings.icon)).toBe(true);
    expect(settings.contents).toMatchObject([
      { type: 'file', path: join(dir, 'Creasebook.app'), name: 'Creasebook.app' },
      { type: 'link', path: '/Applications' },
    ]);
  });
});
