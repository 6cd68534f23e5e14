/** The app as Electron Forge packages it, around a stand-in for Electron's zip. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { zipSync, type ZippableFile } from 'fflate';
import { programRoot } from '../../../electron/program/assets.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { newerNode } from '../stand-in/newer-node.ts';

/** What the fuses' tool looks for in a binary; behind it stand version, number and values of the fuses. */
export const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** The fuses of a release of Electron, in their order: electron/electron build/fuses/fuses.json5. */
const releasedFuses = '101100011';

/** A zip in which everything that the packager looks at is as in Electron's own for Linux. */
function standInZip(version: string): Uint8Array {
  const text = (content: string, mode: number): ZippableFile => [
    new TextEncoder().encode(content),
    { os: 3, attrs: (0o100000 | mode) << 16 },
  ];
  const fuses = `${fuseSentinel}${String.fromCharCode(1, releasedFuses.length)}${releasedFuses}`;
  return zipSync({
    electron: text(`#!/bin/sh\nexit 0\n${fuses}\n`, 0o755),
    'chrome-sandbox': text('helper', 0o755),
    version: text(version, 0o644),
    LICENSE: text('MIT', 0o644),
    'LICENSES.chromium.html': text('licenses', 0o644),
    'resources/default_app.asar': text('default', 0o644),
  });
}

export interface PackagedApp {
  /** The folder that installers are made from. */
  readonly folder: string;
  /** The archive with the app in it. */
  readonly archive: string;
}

/** Packages the app for Linux with the project's own configuration; takes about half a minute. */
export function packageApp(): PackagedApp {
  const require = createRequire(import.meta.url);
  const electron = join(dirname(require.resolve('electron/package.json')), 'package.json');
  const { version } = JSON.parse(readFileSync(electron, 'utf8')) as { version: string };
  const zips = scratchFolder();
  const out = scratchFolder();
  mkdirSync(zips, { recursive: true });
  writeFileSync(join(zips, `electron-v${version}-linux-x64.zip`), standInZip(version));
  const forge = join(programRoot(), 'node_modules', '@electron-forge', 'cli', 'dist', 'electron-forge.js');
  execFileSync(newerNode(), [forge, 'package', '--platform', 'linux', '--arch', 'x64'], {
    cwd: programRoot(),
    env: { ...process.env, CREASEBOOK_ELECTRON_ZIPS: zips, CREASEBOOK_PACKAGE_FOLDER: out },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const folder = join(out, 'Creasebook-linux-x64');
  return { folder, archive: join(folder, 'resources', 'app.asar') };
}

/** What the header of an archive lists of one folder. */
export interface HeaderFolder {
  readonly files: Readonly<
    Record<string, HeaderFolder | { size: number; offset?: string; unpacked?: boolean; integrity?: unknown }>
  >;
}

/** The header of an archive: four numbers of four bytes, the last of them its length, then JSON. */
export function headerOf(archive: string): HeaderFolder {
  const bytes = readFileSync(archive);
  return JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as HeaderFolder;
}
