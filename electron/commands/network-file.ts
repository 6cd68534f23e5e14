/** Networks from files of other programs. */
import { parseNetworkFile } from '../../experiments/formats/network-file.ts';
import type { Network } from '../../experiments/network/shape.ts';
import { diskFileSystem, readWhole } from '../lab/disk/files.ts';
import type { Arguments } from './arguments.ts';
import { UserError } from './user-error.ts';

const maxFileBytes = 1 << 28;

/** Whether an argument names a file with a network rather than an entry. */
export function isNetworkFile(argument: string): boolean {
  return /\.(?:safetensors|onnx)$/i.test(argument);
}

/** The network of a safetensors or ONNX file; --slope, else the file's own, else 0.01. */
export async function networkFromFile(path: string, args: Arguments): Promise<Network> {
  const imported = parseNetworkFile(await readWhole(diskFileSystem, path, maxFileBytes));
  const slope = args.decimal('slope', 0, 1) ?? imported.slope ?? 0.01;
  if (slope >= 1) throw new UserError('--slope must be below 1');
  return { shape: imported.shape, slope, parameters: imported.parameters, output: imported.output };
}
