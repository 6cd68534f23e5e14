/** Verification at level 'measures': kept rows of derived measures computed again, the log of claims, the verdicts. */
import type { Finding } from '../../../experiments/entries/chain-verification.ts';
import type { EntryVerdict } from '../verification/chain-level.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { checkClaimed } from './findings-check.ts';
import { measuredAgain, type Measuring } from './measure-tables.ts';

/** What level 'measures' lets pass. */
export const measuresToleranceText = 'none: bit-equal';

/** What is looked at: cells by their ids (null: all), and so many rows of each of their tables (null: all). */
export interface MeasuresWanted {
  readonly cells: readonly string[] | null;
  readonly rows: number | null;
}

/** Computes rows of measures again, and judges all claims again. Throws SweepError, LabError. */
export async function verifyMeasures(
  entry: EntryStore,
  { cells: ids, rows }: MeasuresWanted,
  measuring: Measuring,
): Promise<EntryVerdict> {
  const wanted = entry.json.cells.filter(({ id }) => ids?.includes(id) ?? true);
  const measured = new Map(
    (await measuredAgain(entry, wanted, measuring, rows)).map((one) => [one.cell, one]),
  );
  const cells = wanted.map(({ id, label }) => {
    const { differences, rows: snapshots } = measured.get(id) ?? { differences: [], rows: 0 };
    const findings = differences.map(({ file, epoch, message }): Finding => ({
      ...{ part: 'measures', cell: id, record: null, epoch, bytes: null, field: 'measures' },
      message: `${file}: ${message}`,
    }));
    return { id, label, holds: findings.length === 0, snapshots, findings };
  });
  const findings = (await checkClaimed(entry)).differences.map(claimedFinding);
  return { holds: findings.length === 0 && cells.every(({ holds }) => holds), findings, cells };
}

function claimedFinding(text: string): Finding {
  const part = text.startsWith('findings.log') ? 'findings.log' : 'verdicts.json';
  const message = text.slice(part.length).replace(/^[:,] /, '');
  return { ...{ part, cell: null, record: null, epoch: null, bytes: null, field: 'claims' }, message };
}
