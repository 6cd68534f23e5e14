/** Planes made on the device from hashes and values that lie there: little of a frame has to be read back. */
import source from './kernels/frame-planes.wgsl?raw';
import type { GpuContext } from './gpu-context.ts';
import { withLease } from './gpu-lease.ts';

const kernel = { name: 'frame planes', code: source };
const workgroupSize = 64;
const maxWorkgroups = 65535;

/** Buffers of some rows of a frame. */
export interface PlaneInput {
  readonly width: number;
  /** Rows whose planes are made, from the first held one on. */
  readonly rows: number;
  /** Rows that the buffers hold: one more than `rows` where a row lies below. */
  readonly heldRows: number;
  readonly outputs: number;
  /** Layers that `hashes` holds: 1, or all of them as prefixes. */
  readonly layers: number;
  readonly hashes: GPUBuffer;
  readonly values: GPUBuffer;
}

type EntryPoint = 'boundary' | 'firstLayers' | 'levels' | 'candidates' | 'colours';

interface Made {
  readonly plane: Uint32Array<ArrayBuffer>;
  readonly count: number;
}

/** Boundary bits of the rows (as in BoundaryPlane) and how many are set. */
export async function boundaryBits(
  context: GpuContext,
  input: PlaneInput,
): Promise<{ bits: Uint8Array; count: number }> {
  const pixels = input.width * input.rows;
  const { plane, count } = await make(context, input, 'boundary', pixels, 32);
  return { bits: new Uint8Array(plane.buffer, 0, (pixels + 7) >> 3), count };
}

/** First differing layers of the rows, uint16 [rows, width]. */
export async function firstLayerPlane(context: GpuContext, input: PlaneInput): Promise<Uint16Array> {
  const pixels = input.width * input.rows;
  const { plane } = await make(context, input, 'firstLayers', pixels, 2);
  return new Uint16Array(plane.buffer, 0, pixels);
}

/** Values of the rows as 8-bit levels, uint8 [rows, width, outputs]. */
export async function levelPlane(context: GpuContext, input: PlaneInput): Promise<Uint8Array> {
  const values = input.width * input.rows * input.outputs;
  const { plane } = await make(context, input, 'levels', values, 4);
  return new Uint8Array(plane.buffer, 0, values);
}

/**
 * Colours of the rows, RGBA bytes [rows, width, 4], by a table of 257 colours (red in the lowest byte) for values from 0 to
 * 1 and for what is not a number; three outputs are red, green and blue.
 */
export function colourPlane(context: GpuContext, input: PlaneInput, table: Uint32Array): Promise<Uint8Array> {
  const pixels = input.width * input.rows;
  return withLease(context, async (lease) => {
    const colours = lease.upload('planes/colour table', table);
    const { plane } = await make(context, input, 'colours', pixels, 1, { 6: colours });
    return new Uint8Array(plane.buffer, 0, 4 * pixels);
  });
}

/** Hashes of the rows, uint32 [n, 2] in any order: each that occurs at least once, few of them often. */
export function candidateHashes(context: GpuContext, input: PlaneInput): Promise<Uint32Array> {
  const pixels = input.width * input.rows;
  return withLease(context, async (lease) => {
    const list = lease.acquire('planes/candidates', 8 * pixels);
    const { count } = await make(context, input, 'candidates', pixels, 1, { 5: list });
    return context.readWords(list, 2 * count);
  });
}

/** Runs an entry point over `items`, `perThread` a thread, each of which writes a word of the plane or to the list. */
function make(
  context: GpuContext,
  input: PlaneInput,
  entryPoint: EntryPoint,
  items: number,
  perThread: number,
  extra: Readonly<Record<number, GPUBuffer>> = {},
): Promise<Made> {
  const threads = Math.ceil(items / perThread);
  const workgroups = Math.ceil(threads / workgroupSize);
  if (workgroups > maxWorkgroups) throw new RangeError(`${items} items are too many for one plane.`);
  const { width, rows, heldRows, layers, outputs, hashes, values } = input;
  return withLease(context, async (lease) => {
    const words = boundBy[entryPoint].includes(3) ? threads : 0;
    const plane = lease.acquire('planes/plane', 4 * words);
    const count = lease.upload('planes/count', Uint32Array.of(0));
    const all: Record<number, GPUBuffer> = {
      0: lease.uniform(
        'planes/area',
        Uint32Array.of(width, rows, heldRows, layers, width * rows * outputs, outputs, 0, 0),
      ),
      1: hashes,
      2: values,
      3: plane,
      4: count,
      ...extra,
    };
    const pipeline = await context.pipeline(kernel, entryPoint, { workgroupSize });
    const used = boundBy[entryPoint];
    const bindings = Object.fromEntries(used.map((binding) => [binding, all[binding] ?? plane]));
    context.submit(`planes/${entryPoint}`, [{ pipeline, bindings, workgroups: [workgroups] }]);
    return {
      plane: await context.readWords(plane, words),
      count: used.includes(4) ? ((await context.readWords(count, 1))[0] ?? 0) : 0,
    };
  });
}

/** Bindings that an entry point uses; its layout has these and no others. */
const boundBy: Record<EntryPoint, readonly number[]> = {
  boundary: [0, 1, 3, 4],
  firstLayers: [0, 1, 3],
  levels: [0, 2, 3],
  candidates: [0, 1, 4, 5],
  colours: [0, 2, 3, 6],
};
