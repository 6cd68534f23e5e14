/**
 * The way in from a clone: installs what is missing, builds what is stale, then hands over.
 * Plain JavaScript with Node's own modules only, because it runs before anything is installed.
 *
 *   node electron/scripts/launch.mjs start | lab ARGS... | build | refresh | bench-pack | check | test | test-long
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeState } from './native-build.mjs';
import { isNodeVersionEnough } from './node-version.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const nativeScript = join(root, 'electron', 'scripts', 'build-native.mjs');
const [command = 'lab', ...args] = process.argv.slice(2);

requireNode();
ensureInstalled();
await main();

async function main() {
  if (command === 'build') {
    const native = compileNative(true);
    await build({ force: true });
    return native;
  }
  if (command === 'check') return exitWith(await check());
  if (command === 'test') return exitWith((await check()) + runTests(['run', ...args]));
  if (command === 'test-long') {
    return exitWith(runTests(['run', '--config', 'vitest.long.config.ts', ...args]));
  }
  await build({ force: false });
  // What tests and measures compute with must not change meanwhile.
  if (command === 'refresh') return compileNative(false);
  compileBeside();
  if (command === 'bench-pack') return exitWith(packBench());
  if (command === 'start') return handOver(['start', ...args]);
  if (command === 'lab' && args[0] === 'bench' && args.includes('--app')) return benchApp();
  if (command === 'lab') return handOver(args);
  say(`unknown command ${command}`);
  process.exit(2);
}

function requireNode() {
  const { node } = process.versions;
  if (isNodeVersionEnough(node)) return;
  say(`Node ${node} does not do: Creasebook needs 20.19 or later of Node 20, or 22.12 or later.`);
  process.exit(1);
}

/**
 * Runs `npm ci` unless every package of the lock file is installed in its version. What builds is a development package,
 * which npm would leave out where NODE_ENV says production.
 */
function ensureInstalled() {
  if (isInstalled()) return;
  say('Installing what is missing (once, about a minute) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    say('The installation failed; nothing was started. Check the network and run the command again.');
    process.exit(1);
  }
}

function isInstalled() {
  const installedPath = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedPath)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages;
  // Optional packages are for other systems where they are missing.
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** Compiles kernels and bundles the Node side where sources are newer than the last build. */
async function build({ force }) {
  const stamp = join(root, 'dist', '.built');
  const sources = ['experiments', 'electron', 'renderer', 'vite.config.ts', 'package-lock.json'];
  const stale = force || !existsSync(stamp) || newestTime(sources) > statSync(stamp).mtimeMs;
  if (!stale) return;
  say('Building ...');
  const result = spawnSync(process.execPath, [join(root, 'electron', 'scripts', 'build.mjs')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) {
    say('The build failed; see the message above.');
    process.exit(1);
  }
}

/** Compiles the native kernels where they are missing, and waits for them; `again` where it was in vain before. */
function compileNative(again) {
  const state = leftToWebAssembly() ? 'impossible' : stateOfNative();
  if (state === 'built' || (state === 'impossible' && !again)) return Promise.resolve();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [nativeScript, '--wait'], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
}

/** The same beside what was asked for, which does not wait: the next start has the kernels. */
function compileBeside() {
  if (leftToWebAssembly() || stateOfNative() !== 'missing') return;
  say(
    'Compiling native kernels in the background: from the next start on they train, until then WebAssembly does.',
  );
  const child = spawn(process.execPath, [nativeScript], { cwd: root, stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function leftToWebAssembly() {
  return process.env.CREASEBOOK_KERNELS === 'wasm';
}

/** As nativeState; where the folder cannot be written to, there is nothing to be done. */
function stateOfNative() {
  try {
    return nativeState();
  } catch {
    return 'impossible';
  }
}

function newestTime(paths) {
  let newest = 0;
  for (const path of paths) {
    const full = join(root, path);
    const info = statSync(full);
    newest = Math.max(newest, info.mtimeMs);
    if (info.isDirectory())
      newest = Math.max(newest, newestTime(readdirSync(full).map((name) => join(path, name))));
  }
  return newest;
}

/** Runs all checks, two at a time; what one has to say is printed when it is done. Resolves to how many failed. */
async function check() {
  const usedByTests = 'exports,types,files,duplicates,enumMembers';
  // The longest first.
  const steps = [
    ['lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0']],
    ['types', 'typescript/bin/tsc', ['-p', '.']],
    [
      'components',
      'svelte-check/bin/svelte-check',
      ['--workspace', 'renderer', '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
    ],
    ['format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
    ['dead code', 'knip/bin/knip.js', ['--no-progress']],
    // Once more with the app alone: what only tests use is dead too.
    ['what only tests use', 'knip/bin/knip.js', ['--no-progress', '--production', '--include', usedByTests]],
  ];
  let failures = 0;
  const lane = async () => {
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
      if (!(await passes(...step))) failures += 1;
    }
  };
  await Promise.all([lane(), lane()]);
  return failures;
}

function passes(name, bin, binArgs) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', bin), ...binArgs], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (code) => {
      process.stderr.write(output);
      say(`${name}: ${code === 0 ? 'ok' : 'FAILED'}`);
      resolve(code === 0);
    });
  });
}

function packBench() {
  const script = join(root, 'electron', 'scripts', 'bench-pack.mjs');
  const result = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  return result.status === 0 ? 0 : 1;
}

/** Runs vitest and closes with one plain line of counts. */
function runTests(vitestArgs) {
  const report = join(root, 'dist', 'test-report.json');
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      ...vitestArgs,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  if (existsSync(report)) {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    const skipped = skippedTests(counts);
    // Nothing is left out without a word: names say why.
    for (const name of skipped) console.log(`skipped: ${name}`);
    const more = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed${more}`);
  }
  return result.status === 0 ? 0 : 1;
}

/** Names of the tests of a report that were not run. */
function skippedTests({ testResults }) {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName);
}

function handOver(labArgs) {
  const child = spawn(process.execPath, [join(root, 'dist', 'node', 'cli.js'), ...labArgs], {
    stdio: 'inherit',
    cwd: process.env.INIT_CWD ?? process.cwd(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // The terminal sends SIGINT to the whole group already; a second one would cut the graceful stop short.
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** `bench --app` needs a clone: it drives a browser through packages that the packaged app leaves out. */
function benchApp() {
  const rest = args.slice(1).filter((arg) => arg !== '--app');
  const script = join(root, 'test', 'bench', 'app-speed.mjs');
  process.exitCode = spawnSync(process.execPath, [script, ...rest], { stdio: 'inherit' }).status ?? 1;
}

function exitWith(failures) {
  process.exit(failures === 0 ? 0 : 1);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
