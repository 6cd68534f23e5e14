/** Networks from files of other programs: safetensors or ONNX, told apart by their bytes. */
import { ImportError } from './import-error.ts';
import type { ImportedNetwork } from './imported-network.ts';
import { parseOnnx } from './onnx-network.ts';
import { parseSafetensors } from './safetensors.ts';

/** Maximum size of a file that is read, in bytes. */
export const maxNetworkFileBytes = 256 * 1024 * 1024;

/** Formats that networks are read from. */
export type NetworkFormat = 'safetensors' | 'onnx';

/** Formats that networks are written in; the last one is for computing in float64. */
export type WrittenFormat = NetworkFormat | 'onnx-float64';

/** Kinds of files that are no networks: how they begin, and what is said of them. */
const otherKinds: readonly (readonly [string, string])[] = [
  ['PK', 'a zip archive, as torch.save writes it; save the state_dict with safetensors instead'],
  ['\x80', 'a pickle, as torch.save writes it; save the state_dict with safetensors instead'],
  ['\x89HDF', 'an HDF5 file, as Keras writes it; export the model to ONNX instead'],
  ['version https://git-lfs', 'a Git LFS pointer, not the network itself; fetch it with git lfs pull'],
  ['\x1f\x8b', 'packed with gzip; unpack it first'],
  ['\x93NUMPY', 'a NumPy array; save the weights with safetensors instead'],
  ['GGUF', 'a GGUF file of a language model'],
  ['<', 'a web page or other markup, not the network itself'],
];

/**
 * The format of a file's bytes: safetensors begin with the length of their header and a brace, ONNX models with the
 * field of their IR version. `name` is what the file is called, where that is known. Throws ImportError with a hint where
 * a usual other format is recognised, or where the file is not what its name says.
 */
export function networkFormat(bytes: Uint8Array, name = ''): NetworkFormat {
  if (bytes.length > 9 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0) return 'safetensors';
  const other = otherKinds.find(([start]) => startsWith(bytes, start));
  if (other !== undefined) throw new ImportError(`this is ${other[1]}`);
  if (!name.toLowerCase().endsWith('.safetensors')) return 'onnx';
  const why =
    bytes.length === 0 ? 'it is empty' : 'it does not begin with a header; it may be cut or damaged';
  throw new ImportError(`not a safetensors file: ${why}`);
}

/**
 * The network of a safetensors or ONNX file called `name`; `order` gives the order of a safetensors file's layers by their
 * names. Throws ImportError with one line that says what was found.
 */
export function parseNetworkFile(
  bytes: Uint8Array,
  name = '',
  order: readonly string[] | null = null,
): ImportedNetwork {
  if (networkFormat(bytes, name) === 'safetensors') return parseSafetensors(bytes, order);
  if (order === null) return parseOnnx(bytes);
  throw new ImportError('an ONNX file tells the order of its layers itself');
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((letter, at) => bytes[at] === letter.charCodeAt(0));
}
