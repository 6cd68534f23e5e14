/** Orderly stops while a killed cell catches up with its records, and whether what is left is sound; for campaigns of kills. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { lab } from '../electron/cli/lab-process.ts';

/** Runs of a campaign: those of its short form, or those that CREASEBOOK_CAMPAIGN asks for. */
export function campaignRuns(short: number): number {
  return Number(process.env['CREASEBOOK_CAMPAIGN'] ?? short);
}

/** A seed that CREASEBOOK_SEED repeats; it is printed. */
export function campaignSeed(): number {
  const seed = Number(process.env['CREASEBOOK_SEED'] ?? Date.now() % 2 ** 31);
  console.log(`seed ${seed} (CREASEBOOK_SEED=${seed} repeats it)`);
  return seed;
}

interface CellCounts {
  readonly begun: number;
  readonly snapshots: number;
}

/** How many beginnings and snapshots the records of each cell in the notebook's first entry hold. */
export function cellCounts(notebook: string): ReadonlyMap<string, CellCounts> {
  const entries = join(notebook, 'entries');
  const [entry] = existsSync(entries) ? readdirSync(entries).filter((name) => !name.startsWith('.')) : [];
  const cells = join(entries, entry ?? '-', 'cells');
  const ids = existsSync(cells) ? readdirSync(cells) : [];
  const paths = ids.map((id) => join(cells, id, 'records')).filter((path) => existsSync(path));
  return new Map(
    paths.map((path) => {
      const text = readFileSync(path, 'latin1');
      const count = (words: RegExp): number => (text.match(words) ?? []).length;
      return [
        path,
        { begun: count(/"kind":"(?:started|resumed)"/g), snapshots: count(/"type":"snapshot"/g) },
      ];
    }),
  );
}

/** Resolves once a cell of the notebook has begun or goes on beyond what was counted, `ended` resolves, or after five seconds. */
export async function untilWork(
  notebook: string,
  ended: Promise<unknown>,
  before = cellCounts(notebook),
): Promise<void> {
  const begun = (counts: ReadonlyMap<string, CellCounts>): number =>
    [...counts.values()].reduce((sum, cell) => sum + cell.begun, 0);
  let isOver = false;
  void ended.then(() => (isOver = true));
  // Where cells went on before they were counted, none begins any more.
  const until = performance.now() + 5000;
  while (!isOver && begun(cellCounts(notebook)) === begun(before) && performance.now() < until)
    await sleep(10);
}

/** A process that trains: resolves when it has ended, and is asked to end. */
export interface Training {
  readonly ended: Promise<unknown>;
  stop(): void;
}

/**
 * Lets killed cells go on with `goOn`, and stops them `milliseconds` after one has begun to. True where a cell that went on
 * has no new snapshot: it was stopped while it caught up.
 */
export async function stopWhileCatchingUp(
  notebook: string,
  milliseconds: number,
  goOn: () => Promise<Training>,
): Promise<boolean> {
  const before = cellCounts(notebook);
  const { ended, stop } = await goOn();
  await untilWork(notebook, ended, before);
  await sleep(milliseconds);
  stop();
  await ended;
  return [...cellCounts(notebook)].some(([path, { begun, snapshots }]) => {
    const known = before.get(path);
    return known !== undefined && begun > known.begun && snapshots === known.snapshots && snapshots > 0;
  });
}

/** Expects that an entry verifies at chain and rerun level, and that its archive can be imported and verifies, too. */
export async function expectSound(notebook: string, entry: string, where: string): Promise<void> {
  const succeeds = async (...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await lab(...args);
    expect(code, `${where}: ${args[0]}: ${stdout} ${stderr}`).toBe(0);
  };
  await succeeds('verify', entry, '--level', 'chain', '--notebook', notebook);
  await succeeds('verify', entry, '--level', 'rerun', '--notebook', notebook);
  const archive = `${notebook}.eln`;
  const copy = `${notebook}-copy`;
  await succeeds('export', entry, '--out', archive, '--notebook', notebook);
  await succeeds('import', archive, '--notebook', copy);
  await succeeds('verify', entry, '--level', 'chain', '--notebook', copy);
  rmSync(archive);
  rmSync(copy, { recursive: true });
}
