/** `run --dry-run`: what a sweep would train, and what that costs in time and disk. */
import { performance } from 'node:perf_hooks';
import { cellCost, cellSeconds, makespan } from '../../experiments/sweeps/cost-model.ts';
import { trainingSpeed } from '../../experiments/tasks/speed-probe.ts';
import { hostEngine } from '../compute/host-engine.ts';
import type { SweepPlan } from '../lab/sweep-plan.ts';
import { alignColumns, formatBytes, formatDuration, printJson, printLine } from './console-output.ts';

/** Prints cells, parameter counts, estimated time and disk; exit code 0. */
export async function dryRun(plan: SweepPlan, threads: number, json: boolean): Promise<number> {
  const flopsPerSecond = await trainingSpeed(await hostEngine('strict'), 1, () => performance.now() / 1000);
  const cells = plan.cells.map((cell) => {
    const cost = cellCost(cell, plan.snapshots, plan.target);
    return { ...cost, id: cell.id, label: cell.label, seconds: cellSeconds(cost, flopsPerSecond) };
  });
  const seconds = makespan(
    cells.map((cell) => cell.seconds),
    threads,
  );
  const bytes = cells.reduce((sum, cell) => sum + cell.bytes, 0);
  if (json) {
    printJson({ name: plan.spec.name, threads, seconds, bytes, cells });
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
    `${plan.spec.name}: ${cells.length} cells, about ${formatDuration(seconds)} on ${threads} threads, about ${formatBytes(bytes)} on disk`,
  );
  return 0;
}
