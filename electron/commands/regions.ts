/** `regions`: the exact polytope complex of a network. */
import { complexCounts } from '../../experiments/polytopes/complex-counts.ts';
import { affineFunctions, dirichletEnergy } from '../../experiments/polytopes/affine-functions.ts';
import { complexSvg } from '../../experiments/polytopes/complex-svg.ts';
import type { Complex } from '../../experiments/polytopes/complex.ts';
import { defaultBudget } from '../../experiments/polytopes/extraction-options.ts';
import { levelSet } from '../../experiments/polytopes/level-set.ts';
import { compensatedSum, regionAreas } from '../../experiments/polytopes/region-geometry.ts';
import { regionsCsv } from '../../experiments/polytopes/regions-csv.ts';
import type { Network } from '../../experiments/network/shape.ts';
import { createComputePool, defaultThreads, type ComputePool } from '../compute/compute-pool.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { alignColumns, printJson, printLine, remark } from './console-output.ts';
import { cellFromArguments, epochFromArguments, networkAt, withEntry } from './entry-cell.ts';
import { writeOutput } from './frame-output.ts';
import { isNetworkFile, networkFromFile } from './network-file.ts';

export const regionsCommand: Command = {
  usage:
    'F.safetensors|F.onnx|ENTRY [--cell ID] [--epoch N|last] [--view x0,y0,x1,y1] [--slope S] [--max-regions N] [--threads N] [--svg F.svg] [--csv F.csv]',
  summary: 'extracts the exact polytopes: regions, edges, areas, Dirichlet energy, level set',
  options: {
    cell: 'text',
    epoch: 'text',
    view: 'text',
    slope: 'text',
    threads: 'text',
    'max-regions': 'text',
    svg: 'text',
    csv: 'text',
  },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const pool = createComputePool(args.whole('threads', 1, 256) ?? defaultThreads());
    const controller = new AbortController();
    const stop = (): void => controller.abort(new Error('stopped'));
    process.once('SIGINT', stop);
    try {
      const network = await networkOf(args, pool);
      const before = performance.now();
      const budget = {
        ...defaultBudget,
        regions: args.whole('max-regions', 1, 1e8) ?? defaultBudget.regions,
      };
      const complex = await pool.extractComplex(network, args.view(), budget, controller.signal);
      const milliseconds = performance.now() - before;
      await writeFiles(complex, args);
      print({ ...figuresOf(complex), milliseconds }, args.flag('json'));
      return 0;
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      remark('Stopped; nothing was written.');
      return 130;
    } finally {
      process.off('SIGINT', stop);
      await pool.close();
    }
  },
};

function networkOf(args: Arguments, pool: ComputePool): Promise<Network> {
  if (isNetworkFile(args.positional(0))) return networkFromFile(args.positional(0), args);
  return withEntry(args, 'read', async (entry) => {
    const open = await cellFromArguments(entry, args);
    return networkAt(entry, open, epochFromArguments(open.store, args), pool);
  });
}

function figuresOf(complex: Complex): Record<string, number> {
  const { regions, vertices, edges, boundaryEdges, meanSides } = complexCounts(complex);
  const areas = regionAreas(complex);
  const area = compensatedSum(areas);
  const dirichlet = dirichletEnergy(complex, affineFunctions(complex), areas);
  const levelSetLength = levelSet(complex, 0.5).length;
  return { regions, vertices, edges, boundaryEdges, meanSides, area, dirichlet, levelSetLength };
}

async function writeFiles(complex: Complex, args: Arguments): Promise<void> {
  const svgPath = args.text('svg');
  if (svgPath !== undefined) {
    const { svg, message } = complexSvg(complex);
    await writeOutput(svgPath, new TextEncoder().encode(svg));
    if (message !== null) remark(message);
  }
  const csvPath = args.text('csv');
  if (csvPath !== undefined)
    await writeOutput(csvPath, new TextEncoder().encode([...regionsCsv(complex)].join('')));
}

function print(figures: Readonly<Record<string, number>>, json: boolean): void {
  if (json) {
    printJson(figures);
    return;
  }
  const rows = Object.entries(figures).map(([name, value]) => [
    name,
    Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(8),
  ]);
  alignColumns(rows, [1]).forEach(printLine);
}
