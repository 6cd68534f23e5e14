/** Links and files that systems hand to the installed app. */
import { appScheme } from '../policy/origins.ts';

/** Links into the notebook. */
export const linkProtocols = [{ name: 'Creasebook link', schemes: [appScheme] }];

const archives = { ext: 'eln', name: 'Lab notebook archive', mimeType: 'application/vnd.eln+zip' };
const sweeps = { ext: ['yaml', 'yml'], name: 'Creasebook sweep', mimeType: 'application/yaml' };

/**
 * Kinds of files by system. Sweeps are only offered to be opened with the app, not taken over: an installer of Windows would
 * make it the program for all YAML.
 */
export const fileKinds = {
  linux: [archives, sweeps],
  win: [archives],
};

/** The same for macOS, in the words of Info.plist. */
export const documentTypes = [
  {
    CFBundleTypeName: archives.name,
    CFBundleTypeExtensions: [archives.ext],
    CFBundleTypeRole: 'Editor',
    LSHandlerRank: 'Owner',
  },
  {
    CFBundleTypeName: sweeps.name,
    CFBundleTypeExtensions: sweeps.ext,
    CFBundleTypeRole: 'Editor',
    LSHandlerRank: 'Alternate',
  },
];
