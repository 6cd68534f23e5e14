/** `verify`: the receipts of an entry, checked. */
import { performance } from 'node:perf_hooks';
import type { Finding } from '../../experiments/entries/chain-verification.ts';
import { createComputePool, defaultThreads } from '../compute/compute-pool.ts';
import { environmentRecord } from '../compute/environment.ts';
import { verifyChain, type EntryVerdict } from '../lab/chain-verdict.ts';
import { LabError } from '../lab/lab-error.ts';
import { openNotebook } from '../lab/notebook.ts';
import { verifyByRerun } from '../lab/rerun-verification.ts';
import type { EntryStore } from '../lab/entry-store.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { alignColumns, printJson, printLine, remark } from './console-output.ts';
import { withEntry } from './entry-cell.ts';
import { ProgressDisplay } from './run-progress.ts';

const levels = ['chain', 'rerun'] as const;
type Level = (typeof levels)[number];

export const verifyCommand: Command = {
  usage: 'ENTRY [--level chain|rerun] [--threads N]',
  summary: 'checks that nothing was altered (chain), or trains every cell again and compares (rerun)',
  options: { level: 'text', threads: 'text' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const level = args.choice('level', levels) ?? 'chain';
    const verdict = await withEntry(args, 'read', (entry) =>
      level === 'chain' ? verifyChain(entry) : rerun(entry, args),
    );
    await keepReceipt(args, level, verdict);
    if (args.flag('json')) printJson({ level, ...verdict });
    else print(level, verdict);
    return verdict.holds ? 0 : 1;
  },
};

async function rerun(entry: EntryStore, args: Arguments): Promise<EntryVerdict> {
  const threads = args.whole('threads', 1, 256) ?? defaultThreads();
  const pool = createComputePool(threads);
  const clock = (): number => performance.now() / 1000;
  const display = new ProgressDisplay(process.stderr, clock);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  const shares = new Map<string, string>();
  try {
    const cells = await verifyByRerun({
      entry,
      executor: pool,
      signal: controller.signal,
      onProgress: (id, epoch, epochs) => {
        shares.set(id, `${id} ${epoch}/${epochs}`);
        display.update(() => [...shares.values()]);
      },
    });
    display.end();
    return { holds: cells.every(({ holds }) => holds), findings: [], cells };
  } finally {
    process.off('SIGINT', stop);
    await pool.close();
  }
}

/** Writes the verdict into the entry where the notebook can be written to now. */
async function keepReceipt(args: Arguments, level: Level, verdict: EntryVerdict): Promise<void> {
  try {
    const notebook = await openNotebook(args.notebook(), { mode: 'write' });
    try {
      const entry = await notebook.find(args.positional(0));
      const cells = verdict.cells.map(({ id, holds, findings }) => ({
        id,
        holds,
        findings: findings.map(inWords),
      }));
      await entry.addReceipt({ level, holds: verdict.holds, environment: environmentRecord(), cells });
    } finally {
      await notebook.close();
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    remark(`The verdict was not kept in the entry: ${error.message}`);
  }
}

function inWords({ part, record, epoch, message }: Finding): string {
  const place = [part, record === null ? '' : `record ${record}`, epoch === null ? '' : `epoch ${epoch}`];
  return `${place.filter((word) => word !== '').join(', ')}: ${message}`;
}

function print(level: Level, { holds, findings, cells }: EntryVerdict): void {
  const done = level === 'chain' ? 'snapshots whole and linked' : 'snapshots trained again and equal';
  const rows = cells.map((cell) => [
    cell.id,
    cell.label,
    cell.holds ? 'holds' : 'DOES NOT HOLD',
    `${cell.snapshots.toLocaleString('en')} ${done}`,
  ]);
  alignColumns(rows, [3]).forEach(printLine);
  for (const finding of [...findings, ...cells.flatMap((cell) => cell.findings)]) {
    printLine(`${finding.cell ?? 'entry'}: ${inWords(finding)}`);
  }
  printLine(holds ? `${level}: everything holds` : `${level}: something does not hold`);
}
