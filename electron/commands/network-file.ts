/** Networks from files of other programs. */
import { parseSafetensors } from '../../experiments/exports/safetensors.ts';
import type { Network } from '../../experiments/network/shape.ts';
import { diskFileSystem, readWhole } from '../lab/files.ts';
import type { Arguments } from './arguments.ts';
import { UserError } from './user-error.ts';

const maximumFileBytes = 1 << 30;

/** The network of a safetensors file; --slope, else the file's own, else 0.01. */
export async function networkFromFile(path: string, args: Arguments): Promise<Network> {
  const imported = parseSafetensors(await readWhole(diskFileSystem, path, maximumFileBytes));
  const slope = args.decimal('slope', 0, 1) ?? imported.slope ?? 0.01;
  if (slope >= 1) throw new UserError('--slope must be below 1');
  return { shape: imported.shape, slope, parameters: imported.parameters, output: imported.output };
}
