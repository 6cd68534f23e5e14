/** Networks from files of other programs: safetensors or ONNX, told apart by their bytes. */
import { ImportError } from './import-error.ts';
import type { ImportedNetwork } from './imported-network.ts';
import { parseOnnx } from './onnx-network.ts';
import { parseSafetensors } from './safetensors.ts';

/** Longest file that is read, in bytes. */
export const maxNetworkFileBytes = 256 * 1024 * 1024;

/** Formats that networks are read from. */
export type NetworkFormat = 'safetensors' | 'onnx';

/** Formats that networks are written in; the last one is for computing in float64. */
export type WrittenFormat = NetworkFormat | 'onnx-float64';

/**
 * The format of a file's bytes: safetensors begin with the length of their header and a brace, ONNX models with the
 * field of their IR version. Throws ImportError with a hint where a usual other format is recognised.
 */
export function networkFormat(bytes: Uint8Array): NetworkFormat {
  if (bytes.length > 9 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0) return 'safetensors';
  if (startsWith(bytes, 'PK')) {
    throw new ImportError(
      'this is a zip archive, as torch.save writes it; save the state_dict with safetensors instead',
    );
  }
  if (bytes[0] === 0x80) {
    throw new ImportError(
      'this is a pickle, as torch.save writes it; save the state_dict with safetensors instead',
    );
  }
  if (startsWith(bytes, '\x89HDF')) {
    throw new ImportError('this is an HDF5 file, as Keras writes it; export the model to ONNX instead');
  }
  return 'onnx';
}

/** The network of a safetensors or ONNX file. Throws ImportError with one line that says what was found. */
export function parseNetworkFile(bytes: Uint8Array): ImportedNetwork {
  return networkFormat(bytes) === 'safetensors' ? parseSafetensors(bytes) : parseOnnx(bytes);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((letter, at) => bytes[at] === letter.charCodeAt(0));
}
