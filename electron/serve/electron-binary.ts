/** Electron's binary: where it is, and getting it once where it is missing. */
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { removeTemporary, temporaryFolder } from '../lab/disk/outside-files.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A download of which nothing more arrives for so long is given up; how long it takes in all does not matter. */
const silenceMs = 60_000;
/** How long an installer that is to end may tidy up. */
const endingMs = 3000;

/** Folder of the package, without loading it: that would start a download without a limit. */
export function electronFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

/** The binary that is here: below ELECTRON_OVERRIDE_DIST_PATH, else where the package's installer left it; or null. */
export function binaryIn(folder: string, environment: Environment): string | null {
  const override = environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  const name = binaryName(folder) ?? (override === '' ? null : 'electron');
  if (name === null) return null;
  const path = join(override === '' ? join(folder, 'dist') : override, name);
  return existsSync(path) ? path : null;
}

/** The binary's path below its folder, as the package's installer wrote it down. */
function binaryName(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'path.txt'), 'utf8');
  } catch {
    return null;
  }
}

/** Path of the binary in a package's folder; downloads it once where it is missing. Null where it cannot be had. */
export async function electronBinary(
  folder: string | null,
  environment: Environment,
  say: (line: string) => void,
  limitMs = silenceMs,
): Promise<string | null> {
  if (folder === null) return null;
  const present = binaryIn(folder, environment);
  if (present !== null || environment['ELECTRON_SKIP_BINARY_DOWNLOAD'] !== undefined) return present;
  say('Downloading Electron (once, about 120 MB) ...');
  const problem = await install(folder, environment, limitMs);
  if (problem !== null) say(`Electron could not be downloaded: ${problem}.`);
  return binaryIn(folder, environment);
}

/** Runs the package's installer; null where it came to its end, else what kept it from there. */
async function install(folder: string, environment: Environment, limitMs: number): Promise<string | null> {
  // Half a download is of no use to the next one.
  const temporary = temporaryFolder('creasebook-electron-');
  const env = {
    ...environment,
    ...proxyWords(environment),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
  };
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: 'inherit', env });
  let problem: string | null = null;
  let size = -1;
  let heardAt = performance.now();
  const looking = setInterval(
    () => {
      const now = sizeOf(temporary) + sizeOf(join(folder, 'dist'));
      if (now !== size) heardAt = performance.now();
      size = now;
      if (problem !== null || performance.now() - heardAt < limitMs) return;
      problem = `nothing arrived for ${Math.round(limitMs / 1000)} seconds`;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), endingMs).unref();
    },
    Math.min(1000, limitMs / 4),
  );
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('exit', resolve);
  });
  clearInterval(looking);
  await removeTemporary(temporary);
  return problem ?? (code === 0 ? null : 'its installer failed');
}

/** What makes the package's download go through the proxy that npm went through. */
export function proxyWords(environment: Environment): Readonly<Record<string, string>> {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
  if (!names.some((name) => (environment[name] ?? '') !== '')) return {};
  return { ELECTRON_GET_USE_PROXY: '1', NODE_USE_ENV_PROXY: '1' };
}

/** Bytes of a folder's files, links not followed; what is not there or just went away counts nothing. */
function sizeOf(path: string): number {
  try {
    const facts = lstatSync(path);
    if (!facts.isDirectory()) return facts.size;
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), facts.size);
  } catch {
    return 0;
  }
}
