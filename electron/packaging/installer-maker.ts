/** Installers of a packaged app: a maker of Electron Forge that hands the app to electron-builder. */
import { join } from 'node:path';
import MakerBase, { type MakerOptions } from '@electron-forge/maker-base';
import type { CliOptions } from 'electron-builder';
import { appId } from '../program/app-id.ts';
import { iconPath } from './icons.ts';
import { fileKinds, linkProtocols } from './opened-kinds.ts';

/** Kinds of installers by platform. */
export const installerTargets = {
  linux: ['AppImage', 'deb'],
  darwin: ['dmg'],
  win32: ['nsis'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type InstallerPlatform = keyof typeof installerTargets;

/** Builds installers; resolves to their paths. */
export type BuildInstallers = (options: CliOptions) => Promise<string[]>;

async function buildWithElectronBuilder(options: CliOptions): Promise<string[]> {
  const { build } = await import('electron-builder');
  return build(options);
}

/** electron-builder over what Forge has packaged: archive, fuses and ignore list are done by then. */
export class InstallerMaker extends MakerBase<Record<string, never>> {
  override readonly name = 'installers';
  override readonly defaultPlatforms: InstallerPlatform[] = ['linux', 'darwin', 'win32'];
  readonly #build: BuildInstallers;

  constructor(build: BuildInstallers = buildWithElectronBuilder) {
    super({});
    this.#build = build;
  }

  override isSupportedOnCurrentPlatform(): boolean {
    return true;
  }

  /** Paths of the installers. Throws where the platform has none. */
  override make({ dir, makeDir, appName, targetPlatform, targetArch }: MakerOptions): Promise<string[]> {
    if (!Object.hasOwn(installerTargets, targetPlatform)) {
      throw new Error(`There are no installers for ${targetPlatform}.`);
    }
    const platform = targetPlatform as InstallerPlatform;
    const key = { linux: 'linux', darwin: 'mac', win32: 'win' }[platform];
    return this.#build({
      prepackaged: platform === 'darwin' ? join(dir, `${appName}.app`) : dir,
      [key]: [...installerTargets[platform]],
      [targetArch]: true,
      publish: 'never',
      config: {
        appId,
        productName: appName,
        protocols: linkProtocols,
        directories: { output: makeDir },
        linux: {
          category: 'Science',
          fileAssociations: fileKinds.linux,
          icon: `${iconPath}.png`,
          // Windows are matched with their menu entry by the name of its file, which package.json tells Electron.
          syncDesktopName: true,
          // Without it the AppImage's menu entry switches the sandbox off even where it works.
          executableArgs: [],
        },
        mac: { icon: `${iconPath}.icns` },
        win: { icon: `${iconPath}.ico`, fileAssociations: fileKinds.win },
        // Its helper for administrators is for programs that update themselves.
        nsis: { oneClick: false, allowToChangeInstallationDirectory: true, packElevateHelper: false },
        publish: null,
      },
    });
  }
}
