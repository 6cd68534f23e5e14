/** Switches in the packaged binary that nobody can turn on again from outside. */
import { FuseV1Options, FuseVersion, type FuseV1Config } from '@electron/fuses';

/** All fuses: no Node behind the app's name, nothing but the app's own archive, no special rights for file://. */
export const fuses = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  [FuseV1Options.RunAsNode]: false,
  // The app has no cookies, and with it macOS asks for the keychain at the first start of an unsigned build.
  [FuseV1Options.EnableCookieEncryption]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  // Also what keeps pages of a custom scheme isolated from other origins.
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // WebAssembly kernels are faster with them.
  [FuseV1Options.WasmTrapHandlers]: true,
} as const satisfies FuseV1Config;
