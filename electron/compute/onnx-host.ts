/** onnxruntime-web on a Node host: WebAssembly, one thread. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OnnxLibrary } from '../../experiments/formats/onnx-evaluation.ts';

/** The library, loaded when it is first asked for: 14 MB of WebAssembly. */
export async function onnxLibrary(): Promise<OnnxLibrary> {
  const library = await import('onnxruntime-web');
  library.env.wasm.numThreads = 1;
  return library;
}

/** Its name, version and how it runs here, for receipts. */
export function onnxLibraryText(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-web');
  const text = readFileSync(join(dirname(dirname(main)), 'package.json'), 'utf8');
  return `onnxruntime-web ${(JSON.parse(text) as { version: string }).version} (WebAssembly, one thread)`;
}
