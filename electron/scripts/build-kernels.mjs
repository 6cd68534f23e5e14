/**
 * Compiles the AssemblyScript kernels into dist/kernels: strict.wasm and relaxed.wasm of the engine, geometry.wasm of the
 * exact polytopes. Does nothing where all are there and were made from the same sources by the same compiler; `--force`
 * compiles anyway.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const engineFolder = 'experiments/engines/wasm/kernels/assembly';
const geometryFolder = 'experiments/polytopes/kernels/assembly';
const targetFolder = path.join(root, 'dist/kernels');
const stampPath = path.join(targetFolder, 'stamp.json');

const commonFlags = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd'];
const builds = [
  { name: 'strict', folder: engineFolder, flags: commonFlags },
  { name: 'relaxed', folder: engineFolder, flags: [...commonFlags, '--enable', 'relaxed-simd'] },
  { name: 'geometry', folder: geometryFolder, flags: commonFlags },
];

/** Digest of everything that the compiled modules depend on. */
function inputDigest() {
  const compiler = createRequire(import.meta.url)('assemblyscript/package.json').version;
  const hash = createHash('sha256').update(compiler).update(JSON.stringify(builds));
  for (const folder of [engineFolder, geometryFolder])
    for (const name of readdirSync(path.join(root, folder)).sort()) {
      if (name.endsWith('.ts')) hash.update(name).update(readFileSync(path.join(root, folder, name)));
    }
  return hash.digest('hex');
}

function digestOfFile(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function isUpToDate(inputs) {
  try {
    const stamp = JSON.parse(readFileSync(stampPath, 'utf8'));
    return (
      stamp.inputs === inputs &&
      builds.every(({ name }) => stamp[name] === digestOfFile(path.join(targetFolder, `${name}.wasm`)))
    );
  } catch {
    return false;
  }
}

/** Puts a file in its place in one step, so that a program starting meanwhile never reads half of it. */
function putFile(file, content) {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

async function compile(folder, flags) {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error, stderr } = await asc.main(
    ['index.ts', '--baseDir', path.join(root, folder), '--outFile', 'kernels.wasm', ...flags],
    {
      readFile: (name, base) => readSource(path.resolve(base, name)),
      listFiles: () => [],
      writeFile: (_name, content) => {
        binary = content;
      },
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`The kernels do not compile:\n${stderr.toString()}`);
  return binary;
}

function readSource(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

const inputs = inputDigest();
if (process.argv.includes('--force') || !isUpToDate(inputs)) {
  mkdirSync(targetFolder, { recursive: true });
  const stamp = { inputs };
  for (const { name, folder, flags } of builds) {
    const binary = await compile(folder, flags);
    putFile(path.join(targetFolder, `${name}.wasm`), binary);
    stamp[name] = createHash('sha256').update(binary).digest('hex');
  }
  putFile(stampPath, JSON.stringify(stamp));
}
