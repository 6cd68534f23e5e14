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

/** How many beginnings and snapshots the records of each cell hold, in the entry that is killed: a notebook may have an example. */
export function cellCounts(notebook: string): ReadonlyMap<string, CellCounts> {
  const entries = join(notebook, 'entries');
  const names = existsSync(entries) ? readdirSync(entries) : [];
  const entry = names.find((name) => !name.startsWith('.') && name.includes('-killed'));
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

/** Cells that record nothing for so long are done, milliseconds. */
const silentMs = 8000;

/** Resolves once what cells recorded is enough, `ended` resolves, or they have long recorded nothing. */
async function untilRecorded(
  notebook: string,
  ended: Promise<unknown>,
  isEnough: (counts: CellCounts) => boolean,
): Promise<void> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  let [known, since] = ['', performance.now()];
  while (!isOver && performance.now() - since < silentMs) {
    const counts = total(notebook);
    if (isEnough(counts)) return;
    if (JSON.stringify(counts) !== known) [known, since] = [JSON.stringify(counts), performance.now()];
    await sleep(5);
  }
}

function total(notebook: string): CellCounts {
  const sum = { begun: 0, snapshots: 0 };
  for (const { begun, snapshots } of cellCounts(notebook).values()) {
    sum.begun += begun;
    sum.snapshots += snapshots;
  }
  return sum;
}

/** Resolves once the cells of the notebook have so many more snapshots than now, or `ended` resolves. */
export function untilSnapshots(notebook: string, ended: Promise<unknown>, more: number): Promise<void> {
  const goal = total(notebook).snapshots + more;
  return untilRecorded(notebook, ended, ({ snapshots }) => snapshots >= goal);
}

/** Milliseconds that a cell took for a snapshot, of `count` that the notebook got from its first one on. */
export async function snapshotDuration(
  notebook: string,
  ended: Promise<unknown>,
  count: number,
): Promise<number> {
  await untilSnapshots(notebook, ended, 1);
  const [start, from] = [performance.now(), total(notebook).snapshots];
  await untilSnapshots(notebook, ended, count);
  const cells = Math.max(1, cellCounts(notebook).size);
  return ((performance.now() - start) * cells) / Math.max(1, total(notebook).snapshots - from);
}

/** A process that trains: resolves when it has ended, and is asked to end. */
export interface Training {
  readonly ended: Promise<unknown>;
  stop(): void;
}

/**
 * Lets killed cells go on with `goOn`, and stops them once one has begun to, after `share` of the time that catching up
 * takes where a snapshot takes `snapshotMs`. True where a cell that went on has no new snapshot: it was stopped while it
 * caught up.
 */
export async function stopWhileCatchingUp(
  notebook: string,
  snapshotMs: number,
  share: number,
  goOn: () => Promise<Training>,
): Promise<boolean> {
  const before = cellCounts(notebook);
  const { begun } = total(notebook);
  const longest = Math.max(0, ...[...before.values()].map(({ snapshots }) => snapshots));
  const { ended, stop } = await goOn();
  await untilRecorded(notebook, ended, (now) => now.begun > begun);
  await sleep(share * longest * snapshotMs);
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
