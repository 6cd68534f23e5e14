/** `measure`: computes derived measures of an entry from its weights and keeps them beside the records. */
import { performance } from 'node:perf_hooks';
import { measureFamilies, quickFamilies } from '../../experiments/records/derived-measures.ts';
import { measuringTools } from '../compute/thread-engines.ts';
import { fillMeasures } from '../lab/findings/measure-tables.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { printJson, printLine, remark } from './console-output.ts';
import { withEntry } from './entry-cell.ts';
import { ProgressDisplay } from './run-progress.ts';

export const measureCommand: Command = {
  usage:
    'ENTRY [--family function|sample|nearest|curvature|spectrum|geometry|sides|flicker] [--epochs last|key|all] [--cell ID]',
  summary:
    'computes measures from the weights of an entry, class error, variation, reach, curvature, and with --family slower ones, and keeps them beside the records; called again, it goes on',
  options: { family: 'text', epochs: 'text', cell: 'text' },
  positionals: { min: 1, max: 1 },
  run: measure,
};

async function measure(args: Arguments): Promise<number> {
  const family = args.choice('family', measureFamilies);
  const epochs = args.choice('epochs', ['last', 'key', 'all'] as const) ?? 'all';
  const needed = (family === undefined ? quickFamilies : [family]).map((one) => ({ family: one, epochs }));
  const stop = stopOnInterrupt();
  const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
  try {
    const { rows, path } = await withEntry(args, 'write', async (entry) => {
      const chosen = args.text('cell');
      const id = chosen === undefined ? undefined : (await entry.cell(chosen)).id;
      const cells = entry.json.cells.filter((cell) => id === undefined || cell.id === id);
      const done = await fillMeasures(entry, needed, cells, {
        tools: await measuringTools(),
        signal: stop.signal,
        onProgress: (at, of) => display.update(() => [`${at}/${of} snapshots measured`]),
      });
      return { rows: done, path: entry.path };
    });
    display.end();
    if (args.flag('json')) printJson({ entry: path, rows, stopped: stop.signal.aborted });
    else printLine(`${rows} ${rows === 1 ? 'row' : 'rows'} computed`);
    if (!stop.signal.aborted) return 0;
    remark('Stopped; what was measured is kept. Run the same command again to go on.');
    return 130;
  } finally {
    stop.release();
  }
}

/** Aborts on Ctrl-C. */
export function stopOnInterrupt(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('stopped'));
  process.once('SIGINT', stop);
  return { signal: controller.signal, release: () => process.off('SIGINT', stop) };
}
