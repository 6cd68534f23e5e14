#!/usr/bin/env node
/**
 * Electron's binary: `binary.mjs [--switch[=value] ...] APP ARGS...` runs the app in the folder APP. Settings for tests come
 * in STAND_IN_... variables, see electron.mjs.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const electronUrl = new URL('./electron.mjs', import.meta.url).href;
const words = process.argv.slice(2);
const switches = words.filter((word) => word.startsWith('--') && words.indexOf(word) < appAt(words));
const app = resolve(words[appAt(words)] ?? '.');

/** The first word that is no switch is the app: E: default_app/main.ts. */
function appAt(list) {
  const at = list.findIndex((word) => !word.startsWith('--'));
  return at < 0 ? list.length : at;
}

// E: patches/node/fix_expose_the_built-in_electron_module_via_the_esm_loader.patch
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: electronUrl, shortCircuit: true } : next(specifier, context),
});

// E: shell/common/node_bindings.cc, OnNodePreload; lib/browser/init.ts
Object.defineProperty(process, 'type', { value: 'browser' });
Object.defineProperty(process, 'resourcesPath', { value: join(app, '..') });
Object.defineProperty(process.versions, 'electron', { value: '45.4.1' });
Object.defineProperty(process.versions, 'chrome', { value: '156.0.0.0' });
// E: shell/browser/electron_browser_main_parts.cc: unhandled rejections warn and do not end the process.
process.on('unhandledRejection', (error) => console.error('UnhandledPromiseRejectionWarning:', error));

const { begin, end } = await import(electronUrl);
const facts = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
// E: default_app/main.ts, loadApplicationPackage: name, version and desktop name come from package.json.
await begin({ switches, folder: app, facts });

// E: shell/browser/electron_browser_main_parts_posix.cc: one shot at graceful shutdown, then the default action is back.
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const once = () => {
  for (const signal of signals) process.off(signal, once);
  end();
};
for (const signal of signals) process.on(signal, once);

// E: docs/tutorial/esm.md: the app is not ready before its entry module has been evaluated.
await import(pathToFileURL(join(app, facts.main)).href);
const { becomeReady } = await import(electronUrl);
becomeReady();
