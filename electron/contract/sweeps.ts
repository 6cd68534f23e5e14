/** Sweep files and the pictures that they name. */
import { z } from 'zod';
import type { EngineName } from '../../experiments/engines/engine.ts';
import type { AxisValue } from '../../experiments/sweeps/cell.ts';
import { longestFormula } from '../../experiments/targets/formula-tokens.ts';
import { call } from './call.ts';
import type { SweepAxis } from './entries.ts';
import { cellId, nothing, side, yaml } from './fields.ts';
import type { CellPoints, PictureLevels } from './frames.ts';

/** A value that a sweep file may hold. Depth and size are bounded by the limit on messages. */
const plainValue: z.ZodType<PlainValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(plainValue),
    z.record(z.string(), plainValue),
  ]),
);

/** A value that JSON can hold. */
export type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue };

/**
 * What is wrong with a sweep file, and where; lines and columns from 1, null where it is nowhere in particular.
 */
export interface SweepProblem {
  /** From 1; null where the mistake has no place in the text. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

/** A cell that a sweep would train. */
export interface PlannedCell {
  readonly id: string;
  readonly label: string;
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly epochs: number;
  readonly parameters: number;
  readonly points: number;
  readonly stepsPerEpoch: number;
  readonly engine: EngineName;
  /** Estimated training seconds on one thread of this machine, or of its GPU's time; null where nobody knows. */
  readonly seconds: number | null;
  /** Entry in which this cell is finished already, or null. */
  readonly finishedIn: string | null;
}

/** What a sweep file says: its document, its problems, and the plan where there are none. */
export interface SweepCheck {
  readonly yaml: string;
  /** The file as plain data for the form; null where it is not YAML. */
  readonly document: PlainValue;
  /** Empty where the sweep can be queued. */
  readonly problems: readonly SweepProblem[];
  /** What there is to say about how the picture was read, one line each. */
  readonly remarks: readonly string[];
  readonly axes: readonly SweepAxis[];
  readonly cells: readonly PlannedCell[];
  /** Estimated for all cells that are not finished, and what trains them; null where there are problems. */
  readonly estimate: { readonly seconds: number; readonly bytes: number; readonly trainers: string } | null;
  /** Bytes that the records of cells that are not finished need beyond what is free; 0 where they find room. */
  readonly missingBytes: number;
}

/** A sweep to start from. */
export interface SweepPreset {
  /** Name of its file without ending, e.g. "two-minute". */
  readonly name: string;
  /** Name of the sweep. */
  readonly title: string;
  /** What it is for, one or a few sentences. */
  readonly description: string;
  readonly yaml: string;
}

/** A picture that sweeps can name. */
export interface TargetSummary {
  /** What a sweep file calls it. */
  readonly name: string;
  readonly builtIn: boolean;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** Fields of a YAML file to set (value) or to remove (null). */
export const yamlEdits = z
  .array(
    z.strictObject({
      path: z
        .array(z.union([z.string().min(1).max(100), z.int().min(0).max(10_000)]))
        .min(1)
        .max(10),
      value: plainValue,
    }),
  )
  .max(100);

/** Calls about sweep files and their pictures. */
export const sweepCalls = {
  /** Cells, estimate and mistakes of a sweep file. Never an error because of the file's content. */
  'sweep.check': call<SweepCheck>()(z.strictObject({ yaml })),
  /** Sets (value) or removes (null) fields of a sweep file, keeping comments and order; then as `sweep.check`. */
  'sweep.edit': call<SweepCheck>()(z.strictObject({ yaml, edits: yamlEdits.min(1) })),
  /** The training points that a cell of a sweep file will get. */
  'sweep.points': call<CellPoints>()(z.strictObject({ yaml, cellId })),
  /** Sweep files that ship with the app. */
  'sweep.presets': call<readonly SweepPreset[]>()(nothing),
  /** Pictures that a sweep can name: built-in ones and those in the notebook. */
  'targets.list': call<readonly TargetSummary[]>()(nothing),
  /** Keeps a PNG or JPEG picture, or a CSV or Parquet file of points, in the notebook; what a sweep file calls it. */
  'targets.upload': call<TargetSummary>()(
    z.strictObject({
      name: z.string().trim().min(1).max(200),
      bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= 64 * 1024 * 1024, 'at most 64 MB'),
    }),
  ),
  /** A picture by the name or the formula that a sweep file gives, 8 bit, scaled to `width` x `height`. */
  'targets.picture': call<PictureLevels>()(
    z.strictObject({
      target: z.union([
        z.string().min(1).max(1000),
        z.strictObject({ formula: z.string().min(1).max(longestFormula) }),
      ]),
      width: side,
      height: side,
    }),
  ),
};
