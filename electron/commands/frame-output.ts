/** Options and files that commands which render a frame share. */
import type { Frame } from '../../experiments/engines/engine.ts';
import { encodeNpyFloat32, encodeNpyUint64 } from '../../experiments/formats/npy.ts';
import { boundaryPlane, distinctCount } from '../../experiments/engines/frame-planes.ts';
import { diskFileSystem, writeWhole } from '../lab/disk/files.ts';
import type { Arguments, OptionTable } from './arguments.ts';

/** Options of every command that renders a frame. */
export const frameOptions = {
  size: 'text',
  view: 'text',
  engine: 'text',
  threads: 'text',
  values: 'text',
  hashes: 'text',
} as const satisfies OptionTable;

/** Distinct hashes and boundary share of a whole frame with hashes. */
export function hashFigures(frame: Frame): { distinct: number; boundaryShare: number } {
  const { hashes, width } = frame;
  if (hashes === undefined) throw new Error('the frame was rendered without hashes');
  const height = frame.rows.end - frame.rows.start;
  return { distinct: distinctCount(hashes), boundaryShare: boundaryPlane(hashes, width, height).share };
}

/** Writes --values (float32 [n, n] or [n, n, outputs]) and --hashes (uint64 [n, n]) where asked for. */
export async function writeFramePlanes(args: Arguments, frame: Frame): Promise<void> {
  const height = frame.rows.end - frame.rows.start;
  const valuesPath = args.text('values');
  if (valuesPath !== undefined) {
    const shape = frame.outputs === 1 ? [height, frame.width] : [height, frame.width, frame.outputs];
    await writeOutput(valuesPath, encodeNpyFloat32(frame.values, shape));
  }
  const hashesPath = args.text('hashes');
  if (hashesPath !== undefined && frame.hashes !== undefined) {
    await writeOutput(hashesPath, encodeNpyUint64(frame.hashes, [height, frame.width]));
  }
}

/** Writes a whole file at a path relative to where the command was called. */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  await writeWhole(diskFileSystem, path, bytes);
}
