/**
 * Compiles the AssemblyScript kernels into dist/kernels/strict.wasm and dist/kernels/relaxed.wasm.
 * Does nothing where both are there and were made from the same sources by the same compiler; `--force` compiles anyway.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const sourceFolder = path.join(root, 'experiments/engines/wasm/kernels/assembly');
const targetFolder = path.join(root, 'dist/kernels');
const stampPath = path.join(targetFolder, 'stamp.json');

const commonFlags = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd'];
const builds = [
  { name: 'strict', flags: commonFlags },
  { name: 'relaxed', flags: [...commonFlags, '--enable', 'relaxed-simd'] },
];

/** Digest of everything that the compiled modules depend on. */
function inputDigest() {
  const compiler = createRequire(import.meta.url)('assemblyscript/package.json').version;
  const hash = createHash('sha256').update(compiler).update(JSON.stringify(builds));
  for (const name of readdirSync(sourceFolder).sort()) {
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(path.join(sourceFolder, name)));
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

async function compile(flags) {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error, stderr } = await asc.main(
    ['index.ts', '--baseDir', sourceFolder, '--outFile', 'kernels.wasm', ...flags],
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
  for (const { name, flags } of builds) {
    const binary = await compile(flags);
    putFile(path.join(targetFolder, `${name}.wasm`), binary);
    stamp[name] = createHash('sha256').update(binary).digest('hex');
  }
  putFile(stampPath, JSON.stringify(stamp));
}
