/** Packaging with Electron Forge: archive, fuses, ignore list; installers by electron-builder. */
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import type { ForgeConfig } from '@electron-forge/shared-types';
import { fuses } from './electron/packaging/fuses.ts';
import { iconPath } from './electron/packaging/icons.ts';
import { InstallerMaker } from './electron/packaging/installer-maker.ts';
import { openForEverybody } from './electron/packaging/folder-modes.ts';
import { documentTypes, linkProtocols } from './electron/packaging/opened-kinds.ts';
import { besideArchive, isLeftOut } from './electron/packaging/packaged-files.ts';

/** A folder with Electron's zips, for machines that cannot fetch them. */
const electronZipDir = process.env['CREASEBOOK_ELECTRON_ZIPS'];

const config: ForgeConfig = {
  outDir: process.env['CREASEBOOK_PACKAGE_FOLDER'] ?? 'dist/package',
  packagerConfig: {
    ...(electronZipDir === undefined ? {} : { electronZipDir }),
    name: 'Creasebook',
    executableName: 'creasebook',
    // Forge adds the ending that a system wants.
    icon: iconPath,
    asar: { unpack: besideArchive },
    protocols: linkProtocols,
    extendInfo: { CFBundleDocumentTypes: documentTypes },
    ignore: isLeftOut,
    prune: true,
  },
  hooks: {
    postPackage: (_config, { outputPaths }) => openForEverybody(outputPaths),
  },
  plugins: [new FusesPlugin(fuses)],
  makers: [new InstallerMaker()],
};

export default config;
