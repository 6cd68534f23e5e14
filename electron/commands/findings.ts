/** `findings`: claims about an entry's measures, judged over its seeds; `findings check` holds all of it against the records. */
import { performance } from 'node:perf_hooks';
import { parseClaims } from '../../experiments/findings/claims-file.ts';
import { verdictJson, type JudgedClaim } from '../../experiments/findings/verdict-text.ts';
import { sweepText } from '../../experiments/sweeps/sweep-text.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import { LabError } from '../lab/disk/lab-error.ts';
import {
  entryVerdicts,
  keepVerdicts,
  registeredVerdicts,
  type EntryVerdicts,
} from '../lab/findings/entry-verdicts.ts';
import { figureFormats } from '../lab/exports/figure-file.ts';
import { keepAddedClaims } from '../lab/findings/entry-claims.ts';
import { findingFile } from '../lab/findings/finding-file.ts';
import { checkFindings } from '../lab/findings/findings-check.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import { openNotebook } from '../lab/notebook/notebook.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { printJson, printLine, remark, verdictLines } from './console-output.ts';
import { measuringTools } from '../compute/thread-engines.ts';
import { localDay } from '../program/local-time.ts';
import { programVersion } from '../program/assets.ts';
import { writeOutput } from './frame-output.ts';
import { inputBytes } from './input-file.ts';
import { stopOnInterrupt } from './measure.ts';
import { ProgressDisplay } from './run-progress.ts';
import { UserError } from './user-error.ts';

const maxFileBytes = 1 << 20;

const defaultScale = 2;

export const findingsCommand: Command = {
  usage:
    '[check] ENTRY [--claims F.yaml [--keep]] [--finding ID] [--scale 2] [--out F.svg|F.pdf|F.png|F.csv]',
  summary:
    'judges the claims of an entry, or of a file, over its seeds: holds, fails, undecided or not measured, with intervals; --keep adds the claims of the file to the entry, in place of those added before, marked with what was known; --out draws a finding, or writes the numbers of its seeds; check holds records, claims and verdicts against each other',
  options: { claims: 'text', keep: 'flag', finding: 'text', scale: 'text', out: 'text' },
  positionals: { min: 1, max: 2 },
  run: (args) => (args.positionals.length === 2 ? check(args) : show(args)),
};

async function show(args: Arguments): Promise<number> {
  const file = args.text('claims');
  const text = file === undefined ? null : sweepText(await inputBytes(diskFileSystem, file, maxFileBytes));
  if (args.flag('keep')) await add(args, text);
  const own = args.flag('keep') ? null : text;
  const { id, verdicts } = await withEntryAt(args, 0, async (entry) => {
    const { links, claims } = await (own === null
      ? registeredVerdicts(entry)
      : entryVerdicts(entry, parseClaims(own), null));
    return { id: entry.id, verdicts: { links, claims } };
  });
  const { claims, links } = verdicts;
  if (claims.length === 0)
    throw new UserError(
      'the entry states no claims; write findings: into its sweep, or name a file with --claims',
    );
  const chosen = chosenClaims(claims, args.text('finding'));
  if (args.flag('json')) printJson({ entry: id, links, claims: chosen.map(verdictJson) });
  else verdictLines(chosen).forEach(printLine);
  const out = args.text('out');
  if (out !== undefined) await draw(args, chosen, out, own !== null);
  if (own === null) await keep(args, verdicts);
  return 0;
}

/** Adds the claims of a file to the entry. */
async function add(args: Arguments, text: string | null): Promise<void> {
  if (text === null) throw new UserError('--keep keeps the claims of a file; name it with --claims');
  const notebook = await openNotebook(args.notebook(), { mode: 'write' });
  try {
    await keepAddedClaims(await notebook.find(args.positional(0)), text, new Date());
  } finally {
    await notebook.close();
  }
}

/** Writes the finding that is meant: the only one, or the one of --finding. */
async function draw(
  args: Arguments,
  claims: readonly JudgedClaim[],
  out: string,
  isOwn: boolean,
): Promise<void> {
  const format = ([...figureFormats, 'csv'] as const).find((ending) => out.endsWith(`.${ending}`));
  if (format === undefined) throw new UserError('--out must end in .svg, .pdf, .png or .csv');
  if (isOwn) throw new UserError('--out draws what the entry claims itself, not a file of --claims');
  const ids = [...new Set(claims.map(({ asked }) => asked.finding))];
  if (ids.length > 1)
    throw new UserError(`--out takes one finding; choose with --finding: ${ids.join(', ')}`);
  const file = await withEntryAt(args, 0, (entry) =>
    findingFile({
      entry,
      finding: ids[0] ?? '',
      format,
      scale: args.decimal('scale', 0.5, 8) ?? defaultScale,
      date: localDay(new Date()),
      program: `Creasebook ${programVersion()}`,
    }),
  );
  await writeOutput(out, new Uint8Array(file.bytes));
  if (file.remark !== undefined) remark(file.remark);
}

async function check(args: Arguments): Promise<number> {
  if (args.positional(0) !== 'check')
    throw new UserError(`findings: unexpected argument '${args.positional(0)}'; write findings check ENTRY`);
  const stop = stopOnInterrupt();
  const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
  const tools = await measuringTools();
  const { differences, remarks, claims, rows } = await withEntryAt(args, 1, (entry) =>
    checkFindings(entry, {
      tools,
      signal: stop.signal,
      onProgress: (done) => display.update(() => [`${done} snapshots measured again`]),
    }),
  );
  display.end();
  stop.release();
  const holds = differences.length === 0;
  if (args.flag('json')) printJson({ holds, claims, rows, differences, remarks });
  else {
    differences.forEach(printLine);
    remarks.forEach(remark);
    const told = `${claims} ${claims === 1 ? 'claim' : 'claims'}, ${rows} measured ${rows === 1 ? 'row' : 'rows'}`;
    printLine(holds ? `findings: everything holds (${told})` : `findings: something does not hold (${told})`);
  }
  return holds ? 0 : 1;
}

async function withEntryAt<Result>(
  args: Arguments,
  at: number,
  use: (entry: EntryStore) => Promise<Result>,
): Promise<Result> {
  const notebook = await openNotebook(args.notebook(), { mode: 'read' });
  try {
    return await use(await notebook.find(args.positional(at)));
  } finally {
    await notebook.close();
  }
}

function chosenClaims(claims: readonly JudgedClaim[], id: string | undefined): readonly JudgedClaim[] {
  if (id === undefined) return claims;
  const own = claims.filter(({ asked }) => asked.finding === id);
  if (own.length > 0) return own;
  const known = [...new Set(claims.map(({ asked }) => asked.finding))].join(', ');
  throw new UserError(`--finding: there is no ${id}; findings are ${known}`);
}

/** Writes verdicts.json where the notebook can be written to now. */
async function keep(args: Arguments, verdicts: EntryVerdicts): Promise<void> {
  try {
    const notebook = await openNotebook(args.notebook(), { mode: 'write' });
    try {
      await keepVerdicts(await notebook.find(args.positional(0)), verdicts, new Date());
    } finally {
      await notebook.close();
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    remark(`The verdicts were not kept in the entry: ${error.message}`);
  }
}
