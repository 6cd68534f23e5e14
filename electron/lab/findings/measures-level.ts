/** Verification at level 'measures': kept rows of derived measures computed again, the log of claims, the verdicts. */
import type { Finding } from '../../../experiments/entries/chain-verification.ts';
import type { EntryVerdict } from '../verification/chain-level.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { checkClaimed } from './findings-check.ts';
import { measuredAgain, type Measuring } from './measure-tables.ts';

/** What level 'measures' lets pass. */
export const measuresToleranceText = 'none: bit-equal';

/** Computes so many rows of each table again (null: all), and judges all claims again. Throws SweepError, LabError. */
export async function verifyMeasures(
  entry: EntryStore,
  rows: number | null,
  measuring: Measuring,
): Promise<EntryVerdict> {
  const measured = new Map((await measuredAgain(entry, measuring, rows)).map((one) => [one.cell, one]));
  const cells = entry.json.cells.map(({ id, label }) => {
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
