/**
 * Compiles the native kernels into dist/native where a C++ compiler is found. It never fails: where there is no compiler,
 * or one that cannot do it, a note says why, and WebAssembly does the work. Says one line at most. With `--wait` somebody
 * waits for the kernels, even where another process compiles them.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  compileArguments,
  findCompiler,
  isBuilding,
  linkArguments,
  lockPath,
  logPath,
  modulePath,
  nativeState,
  notePath,
  sourceDigest,
  sourceFolder,
  sourcesFor,
  stampPath,
  targetFolder,
} from './native-build.mjs';

/** Whoever waits for another process waits for so long at most. */
const waitMs = 600_000;
const isWaitedFor = process.argv.includes('--wait');

await main();

async function main() {
  try {
    if (nativeState() === 'built') return;
    mkdirSync(targetFolder, { recursive: true });
    if (!takeLock()) {
      if (isWaitedFor) await waitForOther();
      return;
    }
  } catch {
    say('Native kernels cannot be kept here: WebAssembly trains.');
    return;
  }
  try {
    await build();
  } catch (error) {
    say(`There are no native kernels: ${reasonOf(error)} WebAssembly trains.`);
    tryWrite(notePath, JSON.stringify({ inputs: sourceDigest(), reason: reasonOf(error) }));
  } finally {
    rmSync(lockPath, { force: true });
  }
}

async function build() {
  const sources = sourcesFor(process.arch);
  if (sources === null) throw new Error(`none are written for ${process.arch}.`);
  const compiler = findCompiler();
  if (compiler === null) throw new Error('no C++ compiler was found.');
  if (!isWaitedFor) lowerPriority();
  const inputs = sourceDigest();
  const folder = path.join(targetFolder, `objects-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(logPath, '');
  try {
    const objects = await compileAll(compiler, sources, folder);
    const made = path.join(folder, 'kernels.node');
    await runCompiler(compiler, linkArguments(compiler.isMsvc, objects, made), folder);
    await runLogged(
      process.execPath,
      ['-e', 'process.dlopen({ exports: {} }, process.argv[1])', made],
      folder,
    );
    rmSync(stampPath, { force: true });
    renameSync(made, modulePath);
    const digest = createHash('sha256').update(readFileSync(modulePath)).digest('hex');
    putFile(stampPath, JSON.stringify({ inputs, digest, compiler: compiler.command }));
    rmSync(notePath, { force: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles all sources, some at a time; returns their objects. */
async function compileAll(compiler, sources, folder) {
  const left = Object.entries(sources);
  const objects = left.map(([name]) => path.join(folder, `${name}.o`));
  const compileNext = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, flags] = next;
      const source = path.join(sourceFolder, `${name}.cpp`);
      const object = path.join(folder, `${name}.o`);
      await runCompiler(compiler, compileArguments(compiler.isMsvc, flags, source, object), folder);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, compileNext));
  return objects;
}

async function runCompiler({ command }, args, folder) {
  try {
    await runLogged(command, args, folder);
  } catch {
    throw new Error(`${command} does not compile them (${path.relative(process.cwd(), logPath)} says why).`);
  }
}

/** Runs a command with what it says in the log; rejects where it fails. */
function runLogged(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (data) => tryWrite(logPath, data, 'a');
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${command} failed (${code}).`))));
  });
}

/** Compiling is in no hurry where nobody waits. */
function lowerPriority() {
  try {
    setPriority(10);
  } catch {
    // Then it is in one.
  }
}

/** Whether nobody else is building; then this process is. */
function takeLock() {
  try {
    writeFileSync(lockPath, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isBuilding()) return false;
    rmSync(lockPath, { force: true });
    writeFileSync(lockPath, String(process.pid), { flag: 'wx' });
    return true;
  }
}

async function waitForOther() {
  for (let waited = 0; waited < waitMs && isBuilding(); waited += 200) {
    await delay(200);
  }
}

function putFile(file, content) {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

function tryWrite(file, content, flag = 'w') {
  try {
    writeFileSync(file, content, { flag });
  } catch {
    // The folder may be gone, or full: nothing depends on it.
  }
}

function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
