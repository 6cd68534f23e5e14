/** `findings`: claims about an entry's recorded measures, judged over its seeds. */
import { checkClaims, parseClaims, type AskedClaim } from '../../experiments/findings/claims-file.ts';
import { judge } from '../../experiments/findings/judge.ts';
import type { JudgedCell } from '../../experiments/findings/judged-cell.ts';
import { verdictJson, verdictRow, type JudgedClaim } from '../../experiments/findings/verdict-text.ts';
import { parameterCount } from '../../experiments/network/shape.ts';
import { shapeOfCell } from '../../experiments/sweeps/cell-network.ts';
import { sweepText } from '../../experiments/sweeps/sweep-text.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import type { CellStore } from '../lab/notebook/cell-store.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import type { Command } from './command.ts';
import { alignColumns, printJson, printLine } from './console-output.ts';
import { withEntry } from './entry-cell.ts';
import { inputBytes } from './input-file.ts';
import { UserError } from './user-error.ts';

const maxFileBytes = 1 << 20;

export const findingsCommand: Command = {
  usage: 'ENTRY --claims F.yaml [--finding ID]',
  summary:
    'judges claims over the seeds of an entry: holds, fails, undecided or not measured, with intervals',
  options: { claims: 'text', finding: 'text' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const text = sweepText(await inputBytes(diskFileSystem, args.requiredText('claims'), maxFileBytes));
    const claims = chosen(parseClaims(text), args.text('finding'));
    await withEntry(args, 'read', async (entry) => {
      const { cells, links } = await judgedCells(entry);
      checkClaims(claims, cells);
      const judged = claims.map((asked) => ({ asked, verdict: judge(asked.claim, cells, asked.digest) }));
      if (args.flag('json')) printJson({ entry: entry.id, links, claims: judged.map(verdictJson) });
      else printVerdicts(judged);
    });
    return 0;
  },
};

function chosen(claims: readonly AskedClaim[], id: string | undefined): readonly AskedClaim[] {
  if (id === undefined) return claims;
  const own = claims.filter(({ finding }) => finding === id);
  if (own.length > 0) return own;
  const known = [...new Set(claims.map(({ finding }) => finding))].join(', ');
  throw new UserError(`--finding: there is no ${id}; findings are ${known}`);
}

/** The cells of an entry as claims see them, and the last link of each cell's chain: what the verdicts rest on. */
async function judgedCells(
  entry: EntryStore,
): Promise<{ cells: JudgedCell[]; links: Record<string, string> }> {
  const cells: JudgedCell[] = [];
  const links: Record<string, string> = {};
  for (const { id, axes: place, config } of entry.json.cells) {
    const store = await entry.cell(id);
    const facts = store.index();
    const axes = Object.fromEntries(Object.entries(place).filter(([name]) => name !== 'seed'));
    cells.push({
      id,
      seed: config.seed,
      axes: { parameters: parameterCount(shapeOfCell(config)), ...axes },
      state: stateOf(store),
      snapshots: facts.map(({ metrics }) => metrics),
    });
    const last = facts.at(-1);
    if (last !== undefined) links[id] = last.link;
  }
  return { cells, links };
}

function stateOf({ state, events }: CellStore): JudgedCell['state'] {
  const last = events.at(-1)?.event;
  if (state === 'failed')
    return last?.kind === 'failed' && last.failure === 'diverged' ? 'diverged' : 'unfinished';
  return state === 'finished' ? 'finished' : 'unfinished';
}

function printVerdicts(judged: readonly JudgedClaim[]): void {
  const rows = alignColumns(judged.map(verdictRow));
  judged.forEach(({ asked }, index) => {
    if (asked.finding !== judged[index - 1]?.asked.finding)
      printLine(`${asked.finding}  ${asked.question}`.trimEnd());
    printLine(rows[index] ?? '');
  });
}
