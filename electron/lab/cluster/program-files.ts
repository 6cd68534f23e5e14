/** The program that a job brings along: the worker's two scripts, the kernels, and how they are told from altered ones. */
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from '../../../experiments/cluster/job-json.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import {
  dawnFolder,
  kernelBytes,
  nativeKernelPaths,
  programVersion,
  workFolder,
} from '../../program/assets.ts';
import { makeFolders, writeDurably, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** Writes the program into a folder, with Dawn where it is for GPUs; its version and digests as job.json has them. Throws LabError. */
export async function writeProgram(
  fs: FileSystem,
  folder: string,
  gpus: Job['gpus'],
): Promise<Job['program']> {
  const version = programVersion();
  const native = nativeKernelPaths();
  const files: Record<string, Uint8Array> = {
    'package.json': new TextEncoder().encode(
      `${JSON.stringify({ name: 'creasebook', version, type: 'module' })}\n`,
    ),
    'dist/kernels/strict.wasm': kernelBytes('strict'),
    'dist/kernels/relaxed.wasm': kernelBytes('relaxed'),
    'dist/node/work.js': await readFile(join(workFolder(), 'work.js')),
    'dist/node/cell-thread.js': await readFile(join(workFolder(), 'cell-thread.js')),
  };
  // A machine that cannot load them computes the same bits with WebAssembly.
  if (existsSync(native.module) && existsSync(native.stamp)) {
    files['dist/native/kernels.node'] = await readFile(native.module);
    files['dist/native/stamp.json'] = await readFile(native.stamp);
  }
  if (gpus > 0) Object.assign(files, await gpuFiles());
  const digests: Record<string, string> = {};
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, ...name.split('/'));
    await makeFolders(fs, dirname(path));
    await writeDurably(fs, path, bytes);
    digests[name] = bytesDigest(bytes);
  }
  return { version, files: digests };
}

/** What trains on GPUs: the script of the GPU's process, and Dawn for machines of the kind of this one. */
async function gpuFiles(): Promise<Record<string, Uint8Array>> {
  const architecture = process.platform === 'darwin' ? 'universal' : process.arch;
  const parts = ['package.json', 'index.js', `dist/${process.platform}-${architecture}/dawn.node`];
  const missing = parts.some((part) => !existsSync(join(dawnFolder(), ...part.split('/'))));
  if (missing)
    throw new LabError(
      'refused',
      'Dawn, the WebGPU that goes with a job, is not part of this program: jobs for GPUs are handed in by the command line of a clone.',
    );
  const files: Record<string, Uint8Array> = {
    'dist/node/gpu-child.mjs': await readFile(join(workFolder(), 'gpu-child.js')),
  };
  for (const part of parts)
    files[`node_modules/webgpu/${part}`] = await readFile(join(dawnFolder(), ...part.split('/')));
  return files;
}
