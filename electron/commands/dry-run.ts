/** `run --dry-run`: what a sweep would train, and what that costs in time and disk. */
import { engineOfCell, trainingChoice } from '../../experiments/sweeps/cell-engine.ts';
import { cellCost, cellSeconds } from '../../experiments/sweeps/cost-model.ts';
import { sweepSeconds, trainersText } from '../../experiments/sweeps/sweep-estimate.ts';
import type { EngineHost } from '../compute/engine-host.ts';
import type { SweepPlan } from '../lab/sweeps/sweep-plan.ts';
import { alignColumns, formatBytes, formatDuration, printJson, printLine } from './console-output.ts';

/** Prints cells, parameter counts, estimated time and disk; exit code 0. */
export async function dryRun(
  plan: SweepPlan,
  { pool: { threads }, decision: { adapter }, speedOf }: EngineHost,
  json: boolean,
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
  const bytes = cells.reduce((sum, cell) => sum + cell.bytes, 0);
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
