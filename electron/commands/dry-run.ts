/** `run --dry-run`: what a sweep would train, and what that costs in time and disk. */
import { engineOfCell, trainingChoice } from '../../experiments/sweeps/cell-engine.ts';
import { cellCost, cellSeconds } from '../../experiments/sweeps/cost-model.ts';
import { sweepSeconds, trainersText } from '../../experiments/sweeps/sweep-estimate.ts';
import type { EngineHost } from '../compute/engine-host.ts';
import { freeBytes } from '../lab/disk/folder-size.ts';
import type { SweepPlan } from '../lab/sweeps/sweep-plan.ts';
import { alignColumns, formatBytes, formatDuration, printJson, printLine, remark } from './console-output.ts';

/** That records will not find room in a folder, in words; null where they will, or where the system does not tell. */
export async function roomWarning(bytes: number, folder: string): Promise<string | null> {
  const free = await freeBytes(folder);
  if (free === 0 || bytes <= free) return null;
  return `This needs more room than there is: about ${formatBytes(bytes)}, and ${formatBytes(free)} are free on the disk of ${folder}.`;
}

/** Bytes that the records of a plan's cells take on disk, by estimate. */
export function plannedBytes({ cells, snapshots, target }: SweepPlan): number {
  return cells.reduce((sum, cell) => sum + cellCost(cell, snapshots, target).bytes, 0);
}

/** Prints cells, parameter counts, estimated time and disk, and whether `notebook` has room; exit code 0. */
export async function dryRun(
  plan: SweepPlan,
  { pool: { threads }, decision: { adapter }, speedOf }: EngineHost,
  json: boolean,
  notebook: string,
): Promise<number> {
  const cells = await Promise.all(
    plan.cells.map(async (cell) => {
      const { id, label, config } = cell;
      const cost = cellCost(cell, plan.snapshots, plan.target);
      const engine = engineOfCell(config);
      const seconds = cellSeconds(cost, await speedOf(trainingChoice(engine, config)));
      return { ...cost, id, label, engine, seconds };
    }),
  );
  const seconds = sweepSeconds(cells, threads);
  const trainers = trainersText(cells, threads, adapter);
  const bytes = plannedBytes(plan);
  const warning = await roomWarning(bytes, notebook);
  if (warning !== null) remark(warning);
  if (json) {
    printJson({ name: plan.spec.name, threads, trainers, seconds, bytes, remarks: plan.remarks, cells });
    return 0;
  }
  const rows = cells.map((cell) => [
    cell.id,
    cell.label,
    `${cell.parameters.toLocaleString('en')} parameters`,
    `${cell.stepsPerEpoch} steps/epoch`,
    `${cell.snapshots} snapshots`,
    formatBytes(cell.bytes),
    formatDuration(cell.seconds),
  ]);
  alignColumns(rows, [2, 3, 4, 5, 6]).forEach(printLine);
  printLine(
    `${plan.spec.name}: ${cells.length} cells, about ${formatDuration(seconds)} on ${trainers}, about ${formatBytes(bytes)} on disk`,
  );
  return 0;
}
