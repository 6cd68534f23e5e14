/** Packaging with Electron Forge: archive, fuses, ignore list; installers by electron-builder. */
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import type { ForgeConfig } from '@electron-forge/shared-types';
import { fuses } from './electron/packaging/fuses.ts';
import { iconPath } from './electron/packaging/icons.ts';
import { InstallerMaker } from './electron/packaging/installer-maker.ts';
import { isLeftOut, unpackedFiles, unpackedFolders } from './electron/packaging/packaged-files.ts';

const config: ForgeConfig = {
  outDir: 'dist/package',
  packagerConfig: {
    name: 'Creasebook',
    executableName: 'creasebook',
    // Forge adds the ending that a system wants.
    icon: iconPath,
    asar: { unpack: unpackedFiles, unpackDir: unpackedFolders },
    ignore: isLeftOut,
    prune: true,
  },
  plugins: [new FusesPlugin(fuses)],
  makers: [new InstallerMaker()],
};

export default config;
