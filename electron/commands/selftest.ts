/** `selftest`: what must hold for every polytope complex, measured here and now. */
import { runSelfTest } from '../../experiments/polytopes/self-test.ts';
import { kernelModule } from '../compute/host-engine.ts';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';

export const selftestCommand: Command = {
  usage: '[--seeds N]',
  summary: 'checks the exact geometry against its self-test table, T1 to T9',
  options: { seeds: 'text' },
  positionals: { min: 0, max: 0 },
  async run(args) {
    const json = args.flag('json');
    const rows = await runSelfTest({
      kernel: await kernelModule('geometry'),
      seeds: args.whole('seeds', 1, 1000) ?? 20,
      onRow: ({ id, claim, subject, expected, measured, passed }) => {
        if (!json)
          printLine(
            `${passed ? 'ok    ' : 'FAILED'}  ${id}  ${claim}; ${subject}: expected ${expected}, measured ${measured}`,
          );
      },
    });
    if (json) printJson(rows);
    return rows.every(({ passed }) => passed) ? 0 : 1;
  },
};
