/**
 * What is compiled to native kernels, by which compiler, and whether it was: shared by the launcher, which has Node's own
 * modules only, and by the build itself.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const sourceFolder = path.join(root, 'experiments/engines/native');
export const targetFolder = path.join(root, 'dist/native');
export const modulePath = path.join(targetFolder, 'kernels.node');
export const stampPath = path.join(targetFolder, 'stamp.json');
/** Why there are no native kernels, for sources of a digest. */
export const notePath = path.join(targetFolder, 'note.json');
/** The process that compiles at the moment. */
export const lockPath = path.join(targetFolder, 'building');
export const logPath = path.join(targetFolder, 'compiler.log');
export const headersFolder = path.join(root, 'node_modules/node-api-headers/include');

/**
 * Flags for GCC and Clang, and for MSVC, by source. No product is ever joined with a sum into one rounding unless the
 * source asks for it: the bits are those of the WebAssembly kernels.
 */
const x64 = {
  'avx512-strict': [['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mfma'], ['/arch:AVX512']],
  'avx512-fused': [['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mfma'], ['/arch:AVX512']],
  'avx2-strict': [['-mavx2'], ['/arch:AVX2']],
  'avx2-fused': [['-mavx2', '-mfma'], ['/arch:AVX2']],
  'sse-strict': [['-msse4.2'], []],
};
const arm64 = { 'neon-strict': [[], []], 'neon-fused': [[], []] };
const always = { sets: [[], []], team: [[], []], addon: [[], []] };
const common = [
  '-std=c++20',
  '-O3',
  '-fPIC',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fvisibility=hidden',
  '-pthread',
  '-Wall',
  '-Wextra',
  // GCC's own headers of 512-bit vectors begin with registers that nothing was written to.
  '-Wno-maybe-uninitialized',
];
const commonMsvc = ['/nologo', '/std:c++20', '/O2', '/EHsc', '/fp:precise', '/DNDEBUG'];
const definitions = ['NAPI_VERSION=8', 'BUILDING_NODE_EXTENSION'];

/** The sources for this processor's family with a compiler's flags; null for families without kernels. */
export function sourcesFor(arch) {
  const sets = arch === 'x64' ? x64 : arch === 'arm64' ? arm64 : null;
  return sets === null ? null : { ...sets, ...always };
}

/** Arguments that compile a source to an object, and link objects to the module; `more` are flags of the caller. */
export function compileArguments(isMsvc, flags, source, object, more = []) {
  const [gnu, msvc] = flags;
  if (isMsvc) {
    const defined = definitions.map((each) => `/D${each}`);
    return [...commonMsvc, ...defined, ...msvc, ...more, `/I${headersFolder}`, '/c', source, `/Fo${object}`];
  }
  const defined = definitions.map((each) => `-D${each}`);
  return [
    ...common,
    ...archFlags(),
    ...defined,
    ...gnu,
    ...more,
    `-I${headersFolder}`,
    '-c',
    source,
    '-o',
    object,
  ];
}

export function linkArguments(isMsvc, objects, target, more = []) {
  if (isMsvc) return ['/nologo', '/LD', ...objects, `/Fe${target}`, ...more];
  const undefinedSymbols = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  return ['-shared', '-pthread', ...archFlags(), ...undefinedSymbols, ...more, ...objects, '-o', target];
}

/** The family of Node itself, which may be another than the machine's on a Mac. */
function archFlags() {
  return process.platform === 'darwin' ? ['-arch', process.arch === 'arm64' ? 'arm64' : 'x86_64'] : [];
}

/** Digest of everything that the module is made from but the compiler. */
export function sourceDigest() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  hash.update(JSON.stringify([common, commonMsvc, definitions, sourcesFor(process.arch)]));
  for (const name of readdirSync(sourceFolder).sort()) {
    hash.update(name).update(readFileSync(path.join(sourceFolder, name)));
  }
  return hash.digest('hex');
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Whether a process is compiling. */
export function isBuilding() {
  try {
    process.kill(Number(readFileSync(lockPath, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * 'built', 'building', 'impossible' where it was tried with these sources, or 'missing'; takes away what other sources made.
 */
export function nativeState() {
  const inputs = sourceDigest();
  const stamp = readJson(stampPath);
  if (stamp?.inputs === inputs && existsSync(modulePath)) return 'built';
  if (stamp !== null) rmSync(stampPath, { force: true });
  if (isBuilding()) return 'building';
  return readJson(notePath)?.inputs === inputs ? 'impossible' : 'missing';
}

/** The compiler: CXX, or the first that answers; null where there is none. */
export function findCompiler() {
  const named = process.env.CXX ?? '';
  const usual = process.platform === 'win32' ? ['cl', 'clang++', 'g++'] : ['g++', 'clang++', 'c++'];
  for (const command of named === '' ? usual : [named]) {
    const isMsvc = /(?:^|[\\/])cl(?:\.exe)?$/.test(command);
    const { error, status } = spawnSync(command, isMsvc ? [] : ['--version'], { stdio: 'ignore' });
    if (error === undefined && (isMsvc || status === 0)) return { command, isMsvc };
  }
  return null;
}
