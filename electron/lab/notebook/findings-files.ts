/** The files of an entry's findings: findings.log, which only grows, and verdicts.json, which can be made again. */
import { join } from 'node:path';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import {
  addedText,
  findingsBlock,
  findingsLine,
  isLogged,
  parseFindingsLog,
  type FindingsLog,
  type LoggedFindings,
} from '../../../experiments/findings/findings-log.ts';
import type { MeasureFamily } from '../../../experiments/records/derived-measures.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { isoTime } from '../disk/iso-time.ts';
import { readWhole, writeWhole, type FileSystem } from '../disk/files.ts';

const logName = 'findings.log';
const verdictsName = 'verdicts.json';

/** Names of both, as an archive holds them. */
export const findingsFileNames: readonly string[] = [logName, verdictsName];

/** File of a cell's derived measures, as an archive holds it. */
export function measureTableFile(cell: string, family: MeasureFamily): string {
  return `cells/${cell}/measures/${family}.csv`;
}

const maxBytes = 1 << 28;

async function maybeText(fs: FileSystem, path: string): Promise<string | null> {
  if ((await fs.facts(path)) === null) return null;
  return new TextDecoder().decode(await readWhole(fs, path, maxBytes));
}

/** The log of an entry's folder; empty where there is none. */
export async function readFindingsLog(fs: FileSystem, path: string): Promise<FindingsLog> {
  return parseFindingsLog((await maybeText(fs, join(path, logName))) ?? '');
}

/** The first line of a new entry's log; null where its sweep states no claims. */
export function firstFindingsLog(
  sweepText: string,
  cells: readonly SweepCell[],
  time: Date,
): Uint8Array | null {
  const findings = findingsBlock(sweepText);
  if (findings === null) return null;
  const version = { time: isoTime(time), findings, seeds: seedsOf(cells), links: {} };
  return new TextEncoder().encode(findingsLine(version, ''));
}

/** Adds the claims of a changed sweep to the log where they are others than before; `known` are the cells as they are now. */
export async function logFindings(
  fs: FileSystem,
  path: string,
  sweepText: string,
  cells: readonly SweepCell[],
  known: readonly EntryCell[],
  time: Date,
): Promise<void> {
  const findings = findingsBlock(sweepText);
  const text = (await maybeText(fs, join(path, logName))) ?? '';
  const log = parseFindingsLog(text);
  if (isLogged(findings, log)) return;
  const links = Object.fromEntries(
    known.flatMap(({ id, lastLink }) => (lastLink === null ? [] : [[id, lastLink]])),
  );
  const version = {
    ...withAdded(addedText(log)),
    time: isoTime(time),
    findings,
    seeds: seedsOf(cells),
    links,
  };
  await append(fs, path, text, findingsLine(version, log.last));
}

/** Adds a version to the log in which the claims beside those of the sweep are these; `links` are the last ones of the cells' chains. */
export async function logAddedClaims(
  fs: FileSystem,
  path: string,
  added: string,
  asked: Pick<LoggedFindings, 'findings' | 'seeds' | 'links'>,
  time: Date,
): Promise<void> {
  const text = (await maybeText(fs, join(path, logName))) ?? '';
  const { last } = parseFindingsLog(text);
  await append(fs, path, text, findingsLine({ ...asked, ...withAdded(added), time: isoTime(time) }, last));
}

function withAdded(added: string): Pick<LoggedFindings, 'added'> {
  return added === '' ? {} : { added };
}

async function append(fs: FileSystem, path: string, text: string, line: string): Promise<void> {
  // A line that was cut off, or changed, stays where it is: whoever checks is told of it.
  const begun = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  await writeWhole(fs, join(path, logName), new TextEncoder().encode(begun + line));
}

/** Seeds of cells, ascending, each once. */
export function seedsOf(cells: readonly Pick<SweepCell, 'config'>[]): number[] {
  return [...new Set(cells.map(({ config }) => config.seed))].sort((a, b) => a - b);
}

/** verdicts.json as it lies there, or null. */
export function readVerdicts(fs: FileSystem, path: string): Promise<string | null> {
  return maybeText(fs, join(path, verdictsName));
}

/** Replaces verdicts.json. Throws LabError. */
export function writeVerdicts(fs: FileSystem, path: string, text: string): Promise<void> {
  return writeWhole(fs, join(path, verdictsName), new TextEncoder().encode(text));
}
