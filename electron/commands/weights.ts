/** `weights`: the weights of a cell at any epoch for other tools. */
import { encodeSafetensors } from '../../experiments/exports/safetensors.ts';
import { createComputePool } from '../compute/compute-pool.ts';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';
import { cellFromArguments, epochFromArguments, networkAt, withEntry } from './entry-cell.ts';
import { writeOutput } from './frame-output.ts';
import { UserError } from './user-error.ts';

export const weightsCommand: Command = {
  usage: 'ENTRY --cell ID [--epoch N|last] --out F.safetensors',
  summary: 'exports the weights of any epoch in PyTorch names',
  options: { cell: 'text', epoch: 'text', out: 'text' },
  positionals: { min: 1, max: 1 },
  run: (args) =>
    withEntry(args, 'read', async (entry) => {
      const out = args.requiredText('out');
      if (!out.endsWith('.safetensors')) throw new UserError('--out must end in .safetensors');
      const open = await cellFromArguments(entry, args);
      const epoch = epochFromArguments(open.store, args);
      const pool = createComputePool(1);
      try {
        const network = await networkAt(entry, open, epoch, pool);
        const metadata = {
          entry: entry.id,
          cell: open.cell.id,
          label: open.cell.label,
          epoch: String(epoch),
        };
        await writeOutput(out, encodeSafetensors(network, metadata));
        if (args.flag('json'))
          printJson({ out, cell: open.cell.id, epoch, parameters: network.parameters.length });
        else printLine(out);
        return 0;
      } finally {
        await pool.close();
      }
    }),
};
