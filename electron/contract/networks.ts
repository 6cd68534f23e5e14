/** Networks from files of other programs, networks as files for them, and how a file is taken in. */
import { z } from 'zod';
import { call } from './call.ts';
import type { ExportedFile } from './exports.ts';
import { cellEpoch, cellId, upload } from './fields.ts';
import { maxPieceBytes, maxUploadBytes } from './upload-limits.ts';

/** A network from a file of another program. */
export interface OpenedNetwork {
  /** Stands in for a cell's id; the entry is then `openedEntryId`. */
  readonly id: string;
  /** Name of the file. */
  readonly name: string;
  readonly format: 'safetensors' | 'onnx';
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly parameters: number;
  readonly slope: number;
  /** False where the file does not tell the slope. */
  readonly isSlopeKnown: boolean;
  readonly output: 'affine' | 'sigmoid';
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  /** What the file says about itself. */
  readonly metadata: readonly (readonly [string, string])[];
}

/** Calls about networks and files. */
export const networkCalls = {
  /** The weights of a cell at an epoch as a file for other tools. */
  'cell.weights': call<ExportedFile & { readonly epoch: number }>()(
    z.strictObject({ ...cellEpoch, format: z.enum(['safetensors', 'onnx', 'onnx-float64']) }),
  ),
  /** Opens a network from a safetensors or ONNX file of another program, for as long as the lab runs. */
  'network.open': call<OpenedNetwork>()(
    z.strictObject({
      name: z.string().trim().min(1).max(200),
      upload,
    }),
  ),
  /** Begins to take in a file of so many bytes, for another call to use. */
  'upload.begin': call<{ readonly upload: string }>()(
    z.strictObject({ size: z.int().min(0).max(maxUploadBytes) }),
  ),
  /** The next piece of a file, which begins at byte `at`. */
  'upload.append': call<{ readonly received: number }>()(
    z.strictObject({
      upload,
      at: z.int().min(0).max(maxUploadBytes),
      bytes: z
        .instanceof(Uint8Array)
        .refine(({ length }) => length > 0 && length <= maxPieceBytes, 'at most 2 MiB'),
    }),
  ),
  /** Gives up a file that is being taken in, or was and is not wanted. */
  'upload.drop': call<null>()(z.strictObject({ upload })),
  'network.read': call<OpenedNetwork>()(z.strictObject({ id: cellId })),
  /** The same network with another slope for z <= 0. */
  'network.slope': call<OpenedNetwork>()(z.strictObject({ id: cellId, slope: z.number().min(0).max(0.999) })),
};
