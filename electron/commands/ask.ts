/** `ask`: the questions that ship with the program, each a sweep that states claims; and the run that answers one. */
import { join } from 'node:path';
import { claimsOfSweep } from '../../experiments/findings/claims-file.ts';
import { trainingChoice, engineOfCell } from '../../experiments/sweeps/cell-engine.ts';
import { cellCost, cellSeconds } from '../../experiments/sweeps/cost-model.ts';
import { sweepSeconds } from '../../experiments/sweeps/sweep-estimate.ts';
import type { EngineHost } from '../compute/engine-host.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import { storedVerdicts } from '../lab/findings/entry-verdicts.ts';
import { sameCells, shippedAnswer, type ShippedAnswer } from '../lab/findings/shipped-answers.ts';
import { openNotebook, type Notebook } from '../lab/notebook/notebook.ts';
import { planSweepFile, type SweepPlan } from '../lab/sweeps/sweep-plan.ts';
import { questionsFolder } from '../program/assets.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { alignColumns, formatDuration, printJson, printLine, remark } from './console-output.ts';
import { dryRun } from './dry-run.ts';
import { openEngine } from './engine-option.ts';
import { runAndReport } from './run.ts';
import { UserError } from './user-error.ts';

export const askCommand: Command = {
  usage: '[ID] [--seeds N] [--engine auto|wasm|webgpu] [--threads N] [--set key=value ...] [--dry-run]',
  summary:
    'answers a question: trains its sweep, or goes on with it, and judges its claims; without ID it lists the questions with estimates and verdicts',
  options: {
    seeds: 'text',
    engine: 'text',
    threads: 'text',
    set: 'texts',
    'dry-run': 'flag',
    new: 'flag',
    'fail-fast': 'flag',
  },
  positionals: { min: 0, max: 1 },
  async run(args) {
    const ids = await questionIds();
    const [id] = args.positionals;
    if (id !== undefined && !ids.includes(id))
      throw new UserError(`ask: there is no question '${id}'; questions are ${ids.join(', ')}`);
    const host = await openEngine(args);
    try {
      if (id === undefined) return await list(ids, host, args);
      const plan = await planSweepFile(diskFileSystem, pathOf(id), overrides(args), host.decision);
      if (args.flag('dry-run')) return await dryRun(plan, host, args.flag('json'), args.notebook());
      const exitCode = await runAndReport(plan, host, args);
      await compareWithShipped(id, plan, args);
      return exitCode;
    } finally {
      await host.pool.close();
    }
  },
};

async function questionIds(): Promise<string[]> {
  const files = await diskFileSystem.list(questionsFolder());
  return files
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

function pathOf(id: string): string {
  return join(questionsFolder(), `${id}.yaml`);
}

function overrides(args: Arguments): string[] {
  const seeds = args.whole('seeds', 2, 1000);
  const own = seeds === undefined ? [] : [`parameters.seed={ from: 1, to: ${seeds}, count: ${seeds} }`];
  return [...own, ...args.texts('set')];
}

async function list(ids: readonly string[], host: EngineHost, args: Arguments): Promise<number> {
  const notebook = await openNotebook(args.notebook(), { mode: 'read' });
  try {
    const rows = [];
    for (const id of ids) {
      const plan = await planSweepFile(diskFileSystem, pathOf(id), [], host.decision);
      const [first] = claimsOfSweep(plan.text);
      const seconds = await estimateOf(plan, host);
      rows.push({
        id,
        question: first.question,
        cells: plan.cells.length,
        seconds,
        ...(await answerOf(notebook, plan)),
        shipped: shippedWords(await shippedAnswer(diskFileSystem, id)),
      });
    }
    if (args.flag('json')) printJson(rows);
    else
      alignColumns(
        rows.map(({ id, question, seconds, entry, verdicts, shipped }) => {
          const estimate = `about ${formatDuration(seconds)}`;
          const foreseen =
            shipped === null
              ? estimate
              : `${shipped.verdicts.join(', ')} (as shipped, ${shipped.seeds} seeds; run it yourself in ${estimate})`;
          return [id, question, entry === null ? foreseen : `${verdicts.join(', ')} (${entry})`];
        }),
      ).forEach(printLine);
    return 0;
  } finally {
    await notebook.close();
  }
}

/** Says how many cells of a question's entry ended as those did that the shipped answer rests on. */
async function compareWithShipped(id: string, { spec, cells }: SweepPlan, args: Arguments): Promise<void> {
  const shipped = await shippedAnswer(diskFileSystem, id);
  if (shipped === null) return;
  const notebook = await openNotebook(args.notebook(), { mode: 'read' });
  try {
    const ids = cells.map((cell) => cell.id);
    const entry = await notebook.findForSweep(spec.name, ids);
    const { common, same } = entry === null ? { common: 0, same: 0 } : sameCells(entry, shipped);
    if (common === 0) return;
    remark(
      same === common
        ? `All ${common} cells end with the same links as those of the answer that ships.`
        : `${same} of ${common} cells end with the same links as those of the answer that ships; the others differ or are not done.`,
    );
  } finally {
    await notebook.close();
  }
}

async function estimateOf(plan: SweepPlan, { pool, speedOf }: EngineHost): Promise<number> {
  const cells = await Promise.all(
    plan.cells.map(async (cell) => {
      const engine = engineOfCell(cell.config);
      const speed = await speedOf(trainingChoice(engine, cell.config));
      return { engine, seconds: cellSeconds(cellCost(cell, plan.snapshots, plan.target), speed) };
    }),
  );
  return sweepSeconds(cells, pool.threads);
}

function shippedWords(
  answer: ShippedAnswer | null,
): { readonly seeds: number; readonly verdicts: readonly string[] } | null {
  if (answer === null) return null;
  return { seeds: answer.seeds, verdicts: answer.claims.map(({ verdict }) => verdict) };
}

/** The entry of a question, and its kept verdicts; null where nobody asked so far. */
async function answerOf(
  notebook: Notebook,
  { spec, cells }: SweepPlan,
): Promise<{ readonly entry: string | null; readonly verdicts: readonly string[] }> {
  const entry = await notebook.findForSweep(
    spec.name,
    cells.map(({ id }) => id),
  );
  return entry === null
    ? { entry: null, verdicts: [] }
    : {
        entry: entry.id,
        verdicts: ((await storedVerdicts(entry))?.claims ?? []).map(({ verdict }) => verdict),
      };
}
