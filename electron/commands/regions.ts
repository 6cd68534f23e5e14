/** `regions`: the exact polytope complex of a network. */
import { complexStatistics, type ComplexStatistics } from '../../experiments/polytopes/complex-statistics.ts';
import { complexSummary } from '../../experiments/polytopes/complex-summary.ts';
import { complexSvg } from '../../experiments/polytopes/complex-svg.ts';
import type { Complex } from '../../experiments/polytopes/complex.ts';
import { defaultBudget } from '../../experiments/polytopes/extraction-options.ts';
import { edgesCsv } from '../../experiments/polytopes/edges-csv.ts';
import { orderedComplex } from '../../experiments/polytopes/ordered-complex.ts';
import { regionsCsv } from '../../experiments/polytopes/regions-csv.ts';
import { createComputePool, defaultThreads } from '../compute/compute-pool.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { alignColumns, printJson, printLine, remark } from './console-output.ts';
import { networkFromArguments } from './entry-cell.ts';
import { networkFileOptions } from './network-file.ts';
import { writeOutput } from './frame-output.ts';

export const regionsCommand: Command = {
  usage:
    'F.safetensors|F.onnx|ENTRY [--cell ID] [--epoch N|last] [--view x0,y0,x1,y1] [--slope S] [--order NAME,...] [--max-regions N] [--threads N] [--svg F.svg] [--csv F.csv] [--edges F.csv]',
  summary: 'extracts the exact polytopes: regions, edges, areas, Dirichlet energy, level set',
  options: {
    cell: 'text',
    epoch: 'text',
    view: 'text',
    ...networkFileOptions,
    threads: 'text',
    'max-regions': 'text',
    svg: 'text',
    csv: 'text',
    edges: 'text',
  },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const pool = createComputePool(args.whole('threads', 1, 256) ?? defaultThreads());
    const controller = new AbortController();
    const stop = (): void => controller.abort(new Error('stopped'));
    process.once('SIGINT', stop);
    try {
      const { network, slopeSource } = await networkFromArguments(args, pool);
      const before = performance.now();
      const budget = {
        ...defaultBudget,
        regions: args.whole('max-regions', 1, 1e8) ?? defaultBudget.regions,
      };
      const extracted = await pool.extractComplex(network, args.view(), budget, controller.signal);
      const milliseconds = performance.now() - before;
      // Files and figures are the same whatever thread was first.
      const complex = orderedComplex(extracted);
      await writeFiles(complex, args);
      print(figuresOf(complex, milliseconds), args.flag('json'), { slope: network.slope, slopeSource });
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

/** Pieces of a long text as bytes: a string of them all may be longer than strings can be. */
function encodedPieces(pieces: Iterable<string>): Uint8Array {
  const encoder = new TextEncoder();
  return Buffer.concat(Array.from(pieces, (piece) => encoder.encode(piece)));
}

interface Figures {
  readonly plain: Readonly<Record<string, number>>;
  readonly statistics: ComplexStatistics;
}

function figuresOf(complex: Complex, milliseconds: number): Figures {
  const { regions, vertices, edges, boundaryEdges, meanSides, meanDegree, area, dirichlet, levelSetLength } =
    complexSummary(complex);
  const statistics = complexStatistics(complex);
  const { medianArea } = statistics;
  return {
    plain: {
      regions,
      vertices,
      edges,
      boundaryEdges,
      meanSides,
      meanDegree,
      area,
      medianArea,
      dirichlet,
      levelSetLength,
      milliseconds,
    },
    statistics,
  };
}

async function writeFiles(complex: Complex, args: Arguments): Promise<void> {
  const svgPath = args.text('svg');
  if (svgPath !== undefined) {
    const { svg, message } = complexSvg(complex);
    await writeOutput(svgPath, new TextEncoder().encode(svg));
    if (message !== null) remark(message);
  }
  const tables = [
    ['csv', regionsCsv],
    ['edges', edgesCsv],
  ] as const;
  for (const [option, table] of tables) {
    const path = args.text(option);
    if (path !== undefined) await writeOutput(path, encodedPieces(table(complex)));
  }
}

function print(
  { plain, statistics }: Figures,
  json: boolean,
  slopes: Readonly<Record<string, unknown>>,
): void {
  if (json) {
    const { sides, degrees, areas, creaseEdges, creaseLengths, creasedNeurons } = statistics;
    printJson({
      ...plain,
      ...slopes,
      sides,
      degrees,
      areas,
      layers: { creaseEdges, creaseLengths, creasedNeurons },
    });
    return;
  }
  const rows = Object.entries(plain).map(([name, value]) => [
    name,
    Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(8),
  ]);
  alignColumns(rows, [1]).forEach(printLine);
}
