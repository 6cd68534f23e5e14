/** Where the icons of the packaged app are; electron/scripts/make-icons.mjs makes them. */
import { fileURLToPath } from 'node:url';

/** Path of the icons without an ending: .png for Linux, .ico for Windows, .icns for macOS. */
export const iconPath = fileURLToPath(new URL('./icons/creasebook', import.meta.url));
