/** A sweep file as far as it can be understood: its data for the form, its mistakes, or its cells with their costs. */
import { cellCost, type CellCost } from '../../../experiments/sweeps/cost-model.ts';
import { yamlTree, type YamlTree } from '../../../experiments/sweeps/yaml-tree.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { ShapeError } from '../../../experiments/network/shape-text.ts';
import { pngFromPicture } from '../../../experiments/targets/png.ts';
import { TargetError } from '../../../experiments/targets/target-error.ts';
import type { PlainValue } from '../../contract/sweeps.ts';
import { diskFileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { planSweep } from './sweep-plan.ts';
import type { SweepCell, SnapshotSettings } from '../../../experiments/sweeps/cell.ts';
import type { TrainingEngines } from '../../../experiments/sweeps/engine-split.ts';
import type { ExpansionTarget } from '../../../experiments/sweeps/sweep-expansion.ts';

/** A mistake in a sweep file. */
export interface PlanProblem {
  readonly line: number | null;
  readonly message: string;
}
/** A sweep file as far as it could be understood; without problems it can run. */
export interface PlannedSweep {
  readonly document: PlainValue;
  readonly problems: readonly PlanProblem[];
  readonly plan: {
    readonly name: string;
    readonly target: ExpansionTarget;
    /** What there is to say about how the picture was read, one line each. */
    readonly remarks: readonly string[];
    readonly cells: readonly SweepCell[];
    /** In the order of the cells. */
    readonly costs: readonly CellCost[];
    readonly snapshots: SnapshotSettings;
    /** The picture as a PNG file, where it was asked for. */
    readonly png: Uint8Array | null;
  } | null;
}

/** What to plan: a sweep file's text, the folder that its paths start from, what would train, whether its picture is wanted. */
export interface PlanRequest {
  readonly yaml: string;
  readonly folder: string;
  readonly engines: TrainingEngines;
  readonly withPicture: boolean;
}

/** The planned sweep of a text. Never throws because of what the text says. */
export async function plannedSweep({
  yaml,
  folder,
  engines,
  withPicture,
}: PlanRequest): Promise<PlannedSweep> {
  const tree = maybeTree(yaml);
  if (tree instanceof SweepError) return { document: null, problems: [problemFrom(tree, null)], plan: null };
  const document = tree.data as PlainValue;
  try {
    const { spec, picture, remarks, target, cells, snapshots } = await planSweep(
      diskFileSystem,
      yaml,
      folder,
      [],
      engines,
      'folder',
    );
    const plan = {
      name: spec.name,
      target,
      remarks,
      cells,
      costs: cells.map((cell) => cellCost(cell, snapshots, target)),
      snapshots,
      png: withPicture ? pngFromPicture(picture) : null,
    };
    return { document, problems: [], plan };
  } catch (error) {
    return { document, problems: [problemFrom(error, tree)], plan: null };
  }
}

function maybeTree(yaml: string): YamlTree | SweepError {
  try {
    return yamlTree(yaml);
  } catch (error) {
    if (error instanceof SweepError) return error;
    throw error;
  }
}

/** Errors that are about the file become problems; any other one goes on. */
function problemFrom(error: unknown, tree: YamlTree | null): PlanProblem {
  if (error instanceof SweepError) {
    const prefix = `line ${error.line}: `;
    const { line, message } = error;
    return { line, message: message.startsWith(prefix) ? message.slice(prefix.length) : message };
  }
  if (error instanceof TargetError || error instanceof LabError) {
    return { line: tree?.lineOf(['target']) ?? null, message: error.message };
  }
  if (error instanceof ShapeError || error instanceof RangeError)
    return { line: null, message: error.message };
  throw error;
}
