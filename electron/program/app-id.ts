/** The name under which systems know the program. */

/** In reverse order of a domain's parts, as installers and Windows' taskbar want it. */
export const appId = 'creasebook.lab';
