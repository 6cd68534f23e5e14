/** Native kernels that a test compiles for itself: with sanitizers, or with a fault that is planted. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  compileArguments,
  findCompiler,
  linkArguments,
  sourceFolder,
  sourcesFor,
} from '../../../electron/scripts/native-build.mjs';

const run = promisify(execFile);
const compiler = findCompiler();

/** Why no kernels can be compiled here; null where they can, and where nothing may be left out. */
export const compilerAbsence: string | null =
  process.env['CI'] !== undefined || (compiler !== null && !compiler.isMsvc)
    ? null
    : 'no GCC or Clang was found';

/** Where the compiler has a library of its own; null where it has none. */
export function compilerLibrary(name: string): string | null {
  const { stdout } = spawnSync(compiler?.command ?? 'g++', [`-print-file-name=${name}`], {
    encoding: 'utf8',
  });
  const path = stdout.trim();
  return path.includes('/') ? path : null;
}

/** Compiles all kernels into a folder, with more flags, and with another source in place of some; the module's path. */
export async function compiledKernels(
  folder: string,
  flags: readonly string[],
  replaced: Readonly<Record<string, string>> = {},
): Promise<string> {
  const sources = sourcesFor(process.arch);
  if (compiler === null || sources === null) throw new Error('There is no C++ compiler.');
  const left = Object.entries(sources);
  const objects = left.map(([name]) => join(folder, `${name}.o`));
  const compileNext = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, own] = next;
      const source = replaced[name] ?? join(sourceFolder, `${name}.cpp`);
      const object = join(folder, `${name}.o`);
      await run(
        compiler.command,
        compileArguments(false, own, source, object, [`-I${sourceFolder}`, ...flags]),
      );
    }
  };
  await Promise.all([compileNext(), compileNext()]);
  const made = join(folder, 'kernels.node');
  await run(compiler.command, linkArguments(false, objects, made, [...flags]));
  return made;
}
