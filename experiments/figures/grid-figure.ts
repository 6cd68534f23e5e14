/** The comparison grid as data: everything a figure shows, no geometry. */
import type { BaselineName } from '../diagnostics/baselines.ts';
import type { TruthScore } from '../diagnostics/truth-error.ts';
import type { TrainingData, View } from '../engines/engine.ts';
import type { ValueMapName } from '../drawing/colour-map.ts';
import type { Drawing, RgbaImage } from '../drawing/colouring.ts';
import type { Recipe } from '../formats/recipe.ts';

/** Titles along one side: what varies, e.g. "training points", and its values as printed. */
export interface GridTitles {
  readonly title: string;
  readonly values: readonly string[];
}

/** One network at one epoch. */
export interface GridCell {
  /** The frame, coloured; null where there is nothing to show. */
  readonly image: RgbaImage | null;
  readonly parameters: number;
  readonly points: number;
  /** Completed epochs of the weights really shown; null without a picture. */
  readonly epoch: number | null;
  /** Training points to draw; null draws none. */
  readonly data: TrainingData | null;
  /** Against the truth, at `epoch`; without a truth the error on validation points. */
  readonly score: TruthScore | null;
  readonly baselines: Readonly<Record<BaselineName, TruthScore>> | null;
  /** Why the cell shows less than was asked for: "diverged at epoch 1,204", "queued". */
  readonly remark: { readonly text: string; readonly isFailure: boolean } | null;
}

/** A comparison grid: its words, its cells, its captions. */
export interface GridFigure {
  readonly title: string;
  /** What is the same in all cells; may be empty. */
  readonly subtitle: string;
  readonly columns: GridTitles;
  /** Null for a single row without a title. */
  readonly rows: GridTitles | null;
  /** Cells [row][column]; null where the sweep has none. */
  readonly cells: readonly (readonly (GridCell | null)[])[];
  /** The truth, drawn beside the grid; null leaves it out. */
  readonly truth: RgbaImage | null;
  /** Whether scores are against the truth; else they are errors on validation points. */
  readonly isTruthKnown?: boolean;
  /** The formula of the truth; null where it is none. */
  readonly formula: string | null;
  readonly drawing: Drawing;
  readonly map: ValueMapName;
  readonly hasCreases: boolean;
  readonly outputs: number;
  /** Which part of the plane the pictures show. */
  readonly view: View;
  /** What scores were measured against: so many pixels of the picture, every `stride`-th in x and y; one for each way that cells were measured, the finest first. */
  readonly measured: readonly { readonly pixels: number; readonly stride: number }[];
  readonly provenance: {
    /** Name of the sweep. */
    readonly sweep: string;
    /** Identity of the entry, or empty. */
    readonly entry: string;
    /** Day of drawing, e.g. "2026-11-20". */
    readonly date: string;
    /** Program and version, e.g. "Creasebook 0.1.0". */
    readonly program: string;
  };
  readonly recipe: Recipe | null;
  /** Longer side of a picture, CSS pixels, 48 to 1024. */
  readonly cellSize: number;
}
