/** `start`: what a newcomer gets until the app is there: the two-minute sweep and its comparison grid. */
import { join } from 'node:path';
import { presetsFolder } from '../compute/assets.ts';
import { diskFileSystem } from '../lab/files.ts';
import { planSweepFile } from '../lab/sweep-plan.ts';
import type { Command } from './command.ts';
import { remark } from './console-output.ts';
import { drawGrid } from './grid.ts';
import { runPlan } from './run.ts';

export const startCommand: Command = {
  usage: '[--out F.png] [--threads N]',
  summary: 'runs the two-minute sweep and draws its comparison grid',
  options: { out: 'text', threads: 'text' },
  positionals: { min: 0, max: 0 },
  async run(args) {
    const plan = await planSweepFile(diskFileSystem, join(presetsFolder(), 'two-minute.yaml'), [], 'wasm');
    remark(
      `Training "${plan.spec.name}": ${plan.cells.length} small networks, about two minutes on two cores.`,
    );
    const { exitCode, entryPath } = await runPlan(plan, args);
    if (exitCode !== 0) return exitCode;
    const out = args.text('out') ?? join(entryPath, 'grid.png');
    await drawGrid(entryPath, out, args);
    remark(`The comparison grid is in ${out}`);
    return 0;
  },
};
