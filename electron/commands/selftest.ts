/** `selftest`: what must hold for every polytope complex, measured here and now; or for one network. */
import { defaultBudget } from '../../experiments/polytopes/extraction-options.ts';
import { crossCheckRows, runSelfTest } from '../../experiments/polytopes/self-test.ts';
import type { SelfTestRow } from '../../experiments/polytopes/self-test-row.ts';
import { createComputePool, defaultThreads } from '../compute/compute-pool.ts';
import { kernelModule } from '../compute/kernel-engines.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';
import { networkFromArguments } from './entry-cell.ts';
import { networkFileOptions } from './network-file.ts';

export const selftestCommand: Command = {
  usage:
    '[--seeds N] | F.safetensors|F.onnx|ENTRY [--cell ID] [--epoch N|last] [--view x0,y0,x1,y1] [--size N] [--slope S] [--order NAME,...]',
  summary:
    'checks the exact geometry against its self-test table, T1 to T9; or one network, sampled frame included',
  options: { seeds: 'text', cell: 'text', epoch: 'text', view: 'text', size: 'text', ...networkFileOptions },
  positionals: { min: 0, max: 1 },
  async run(args) {
    const json = args.flag('json');
    const print = ({ id, claim, subject, expected, measured, passed }: SelfTestRow): void => {
      const verdict = passed ? 'ok    ' : 'FAILED';
      if (!json)
        printLine(`${verdict}  ${id}  ${claim}; ${subject}: expected ${expected}, measured ${measured}`);
    };
    const rows =
      args.positionals.length === 0 ? await wholeTable(args, print) : await crossCheck(args, print);
    if (json) printJson(rows);
    return rows.every(({ passed }) => passed) ? 0 : 1;
  },
};

async function wholeTable(args: Arguments, onRow: (row: SelfTestRow) => void): Promise<SelfTestRow[]> {
  const seeds = args.whole('seeds', 1, 1000) ?? 20;
  return runSelfTest({ kernel: await kernelModule('geometry'), seeds, onRow });
}

/** Samples a frame as the app does and holds it against the exact regions. */
async function crossCheck(args: Arguments, onRow: (row: SelfTestRow) => void): Promise<SelfTestRow[]> {
  const pool = createComputePool(defaultThreads());
  try {
    const { network } = await networkFromArguments(args, pool);
    const size = args.whole('size', 1, 4096) ?? 1024;
    const view = args.view();
    const complex = await pool.extractComplex(network, view, defaultBudget);
    const frame = await pool.renderFrame(
      { network, view, width: size, height: size, planes: { hashes: true } },
      'relaxed',
    );
    const rows = crossCheckRows(args.positional(0), complex, frame.hashes ?? new Uint32Array(0), size);
    rows.forEach(onRow);
    return rows;
  } finally {
    await pool.close();
  }
}
