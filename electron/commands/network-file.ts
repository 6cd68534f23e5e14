/** Networks from files of other programs. */
import { basename } from 'node:path';
import type { Network } from '../../experiments/network/shape.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import type { Arguments } from './arguments.ts';
import { remark } from './console-output.ts';
import { inputBytes } from './input-file.ts';
import { UserError } from './user-error.ts';

const maxFileBytes = 1 << 28;
/** Slope where neither the file nor a person names one. */
const assumedSlope = 0.01;

/** Who says which slope a network has: its file, --slope, or nobody. */
export type SlopeSource = 'file' | 'given' | 'assumed';

/** A network of a file and where its slope is from. */
export interface NetworkOfFile {
  readonly network: Network;
  readonly slopeSource: SlopeSource;
}

/** Whether an argument names a file with a network rather than an entry. */
export function isNetworkFile(argument: string): boolean {
  return /\.(?:safetensors|onnx)$/i.test(argument);
}

/** --slope, or null where it is not given. Throws UserError unless it is from 0 to less than 1. */
function givenSlope(args: Arguments): number | null {
  const text = args.text('slope');
  if (text === undefined) return null;
  const slope = Number(text);
  if (text.trim() !== '' && slope >= 0 && slope < 1) return slope;
  throw new UserError(`--slope must be a number from 0 to less than 1, is '${text}'`);
}

/** Options of commands that read networks of other programs. */
export const networkFileOptions = { slope: 'text', order: 'text' } as const;

/**
 * The network of a safetensors or ONNX file; --order names its layers, in order, separated by commas. Its slope is --slope, else the file's own, else 0.01, which is said on stderr.
 */
export async function networkFromFile(path: string, args: Arguments): Promise<NetworkOfFile> {
  const given = givenSlope(args);
  const bytes = await inputBytes(diskFileSystem, path, maxFileBytes);
  const { parseNetworkFile } = await import('../../experiments/formats/network-file.ts');
  const {
    shape,
    parameters,
    output,
    slope: told,
    inputs,
  } = parseNetworkFile(bytes, basename(path), args.text('order')?.split(',') ?? null);
  const slopeSource = given !== null ? 'given' : told !== null ? 'file' : 'assumed';
  const slope = given ?? told ?? assumedSlope;
  if (slopeSource === 'assumed') {
    remark(
      `note: ${basename(path)} does not tell the slope of its leaky ReLU, ${slope} is taken; --slope 0 makes it a ReLU`,
    );
  }
  const map = inputs === undefined ? {} : { inputs };
  return { network: { shape, slope, parameters, output, ...map }, slopeSource };
}
