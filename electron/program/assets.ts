/** Where the built parts of the program lie, seen from a bundle in dist/node or from a source file. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program's root folder: the nearest one above this file that holds package.json and dist. */
export function programRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  // The built command line has a package.json of its own.
  while (!['package.json', 'dist'].every((name) => existsSync(join(folder, name)))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('No package.json above the program: the installation is incomplete.');
    folder = parent;
  }
  return folder;
}

/** Version of the program as package.json has it. */
export function programVersion(): string {
  const text = readFileSync(join(programRoot(), 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

/** Kernel modules in dist/kernels. */
export type KernelName = 'strict' | 'relaxed' | 'geometry';

/** Bytes of a compiled kernel module in dist/kernels, by name without ending. */
export function kernelBytes(name: KernelName): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(programRoot(), 'dist', 'kernels', `${name}.wasm`)));
}

/**
 * Paths of the native kernels' module and of what is known of it. Systems load modules from files alone: in a packaged app
 * it lies beside the archive, and what is known of it within.
 */
export function nativeKernelPaths(): { readonly module: string; readonly stamp: string } {
  const folder = join(programRoot(), 'dist', 'native');
  const beside = folder.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
  return { module: join(beside, 'kernels.node'), stamp: join(folder, 'stamp.json') };
}

/** Path of the compute worker's bundle. */
export function computeWorkerPath(): string {
  return join(programRoot(), 'dist', 'node', 'compute-worker.mjs');
}

/** Folder of the scripts that travel with a job to a cluster. */
export function workFolder(): string {
  return join(programRoot(), 'dist', 'work');
}

/** Folder of the package with Dawn, the WebGPU of Node; packaged apps have none. */
export function dawnFolder(): string {
  return join(programRoot(), 'node_modules', 'webgpu');
}

/** Path of the GPU process's bundle. */
export function gpuChildPath(): string {
  return join(programRoot(), 'dist', 'node', 'gpu-child.mjs');
}

/** Path of the background worker's bundle. */
export function backgroundWorkerPath(): string {
  return join(programRoot(), 'dist', 'node', 'background-worker.mjs');
}

/** Path of the bundle that is measured beside other programs. */
export function benchChildPath(): string {
  return join(programRoot(), 'dist', 'node', 'bench-child.mjs');
}

/** Path of the Python file that does the same tasks with PyTorch; a clone has it. */
export function torchPeerPath(): string {
  return join(programRoot(), 'electron', 'commands', 'bench', 'torch-peer.py');
}

/** Path of the script that Electron loads before a page. */
export function preloadPath(): string {
  return join(programRoot(), 'dist', 'node', 'preload.cjs');
}

/** Path of the script that Electron loads before the page that computes. */
export function gpuPreloadPath(): string {
  return join(programRoot(), 'dist', 'node', 'gpu-preload.cjs');
}

/** Path of the picture that windows show where the system has none for the program. */
export function windowIconPath(): string {
  return join(programRoot(), 'electron', 'packaging', 'icons', 'creasebook.png');
}

/** Folder of the built renderer. */
export function rendererFolder(): string {
  return join(programRoot(), 'dist', 'renderer');
}

/** Folder of the script and the style sheet that exported pages carry. */
export function pageFolder(): string {
  return join(programRoot(), 'dist', 'page');
}

/** Folder of the sweep files that ship with the program. */
export function presetsFolder(): string {
  return join(programRoot(), 'experiments', 'presets');
}

/** Folder of the questions that ship with the program: sweeps that state claims. */
export function questionsFolder(): string {
  return join(presetsFolder(), 'questions');
}

/** Folder of the answers to questions that ship with the program. */
export function answersFolder(): string {
  return join(presetsFolder(), 'answers');
}

/** Folder of the sweeps whose networks the reading list is measured on. */
export function readingFolder(): string {
  return join(presetsFolder(), 'reading');
}

/** Folder that holds the entry with which a new notebook begins. */
export function examplesFolder(): string {
  return join(presetsFolder(), 'example');
}
