/** `weights`: the weights of a cell at any epoch, or of a network from elsewhere, for other tools. */
import { join } from 'node:path';
import { encodeOnnx } from '../../experiments/formats/onnx-model.ts';
import { encodeSafetensors } from '../../experiments/formats/safetensors.ts';
import type { Network } from '../../experiments/network/shape.ts';
import { networkOfCell } from '../../experiments/sweeps/cell-network.ts';
import { createComputePool } from '../compute/compute-pool.ts';
import { snapshotsAround } from '../lab/notebook/cell-weights.ts';
import { weightsFileBytes, weightsFileName } from '../lab/notebook/weight-files.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';
import { cellFromArguments, epochFromArguments, networkAt, withEntry } from './entry-cell.ts';
import { writeOutput } from './frame-output.ts';
import { isNetworkFile, networkFileOptions, networkFromFile } from './network-file.ts';
import { UserError } from './user-error.ts';

export const weightsCommand: Command = {
  usage:
    'ENTRY|FILE [--cell ID] [--epoch N|last] [--slope S] [--order NAME,...] [--out F.safetensors|F.onnx] [--values-only]',
  summary:
    'exports the weights of any epoch, or of a network from elsewhere; without --out they are kept in the entry',
  options: { cell: 'text', epoch: 'text', ...networkFileOptions, out: 'text', 'values-only': 'flag' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const out = args.text('out');
    if (out !== undefined) encoderFor(out, args);
    if (isNetworkFile(args.positional(0))) return convert(args);
    return out === undefined ? keep(args) : exportTo(args, out);
  },
};

async function convert(args: Arguments): Promise<number> {
  const out = args.requiredText('out');
  const { network, slopeSource } = await networkFromFile(args.positional(0), args);
  const isSlopeKnown = slopeSource !== 'assumed';
  if (!isSlopeKnown && out.endsWith('.onnx')) {
    throw new UserError(
      'an ONNX model has its slope written into it, and this file does not tell its own: give it with --slope, 0 for ReLU',
    );
  }
  await writeOutput(out, encoderFor(out, args)(network, {}, isSlopeKnown));
  const slope = isSlopeKnown ? network.slope : null;
  report(args, { out, parameters: network.parameters.length, slope, slopeSource });
  return 0;
}

function exportTo(args: Arguments, out: string): Promise<number> {
  return withEntry(args, 'read', async (entry) => {
    const open = await cellFromArguments(entry, args);
    const epoch = epochFromArguments(open.store, args);
    const pool = createComputePool(1);
    try {
      const network = await networkAt(entry, open, epoch, pool);
      const { id, label } = open.cell;
      const metadata = { entry: entry.id, cell: id, label, epoch: String(epoch) };
      await writeOutput(out, encoderFor(out, args)(network, metadata));
      report(args, { out, cell: id, epoch, parameters: network.parameters.length });
      return 0;
    } finally {
      await pool.close();
    }
  });
}

/** Only recorded snapshots are kept beside the records: verification compares them byte for byte. */
function keep(args: Arguments): Promise<number> {
  return withEntry(args, 'write', async (entry) => {
    const { cell, store } = await cellFromArguments(entry, args);
    const epoch = epochFromArguments(store, args);
    const snapshot = await store.snapshot(epoch);
    if (snapshot === null) {
      const nearest = snapshotsAround(store, epoch).join(' and ');
      throw new UserError(
        `epoch ${epoch} is no snapshot with weights, the nearest are at epochs ${nearest}; --out F.safetensors exports it to a file`,
      );
    }
    const network = networkOfCell(cell.config, snapshot.weights);
    const name = weightsFileName(epoch);
    await store.writeWeights(name, weightsFileBytes(cell.id, epoch, network));
    const out = join(entry.path, 'cells', cell.id, 'weights', name);
    report(args, { out, cell: cell.id, epoch, parameters: network.parameters.length });
    return 0;
  });
}

type Encoder = (
  network: Network,
  metadata: Readonly<Record<string, string>>,
  isSlopeKnown?: boolean,
) => Uint8Array;

/** What writes a file of this name; with --values-only an ONNX model for programs that cannot compute the hash (OpenCV). */
function encoderFor(out: string, args: Arguments): Encoder {
  const outputs = args.flag('values-only') ? 'values' : 'all';
  if (out.endsWith('.onnx')) return (network, metadata) => encodeOnnx(network, metadata, 'float32', outputs);
  if (outputs === 'values') throw new UserError('--values-only is for models; --out must end in .onnx');
  if (out.endsWith('.safetensors')) return encodeSafetensors;
  throw new UserError(`--out must end in .safetensors or .onnx, is '${out}'`);
}

function report(args: Arguments, facts: { readonly out: string } & Record<string, unknown>): void {
  if (args.flag('json')) printJson(facts);
  else printLine(facts.out);
}
