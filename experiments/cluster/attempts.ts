/** Attempts at a shard: what they are called, and whose records of a cell are taken where several have some. */
import type { CellRow } from '../entries/cells-index.ts';

/** Names of attempts' folders; whatever else lies in a shard's folder is none. */
const attemptForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/;

/** The attempt that a job begins with: records of its cells that were there before. */
export const earlierAttempt = 'earlier';

/** Whether a name in a shard's folder is that of an attempt. */
export function isAttemptName(name: string): boolean {
  return attemptForm.test(name) && name !== 'cells.json';
}

/** Name of an attempt: what the engine calls the task, its restarts, and six hexadecimal digits that nobody else has. */
export function attemptName(engineId: string, restart: string, digits: string): string {
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '_').slice(0, 30);
  return `${plain(engineId) || 'hand'}-${plain(restart) || '0'}-${digits}`;
}

/** What an attempt has of a cell. */
export interface AttemptedCell {
  readonly row: CellRow;
  readonly attempt: string;
}

/** What is compared. */
type Worth = Pick<CellRow, 'state' | 'lastEpoch'>;

/**
 * Order of what several attempts have of one cell, the best first: finished before unfinished, then more epochs, then
 * failed before unfinished, then the smaller name, so that everybody picks the same.
 */
export function byWorth(
  a: { readonly row: Worth; readonly attempt: string },
  b: { readonly row: Worth; readonly attempt: string },
): number {
  return (
    Number(b.row.state === 'finished') - Number(a.row.state === 'finished') ||
    (b.row.lastEpoch ?? -1) - (a.row.lastEpoch ?? -1) ||
    Number(b.row.state === 'failed') - Number(a.row.state === 'failed') ||
    (a.attempt < b.attempt ? -1 : a.attempt > b.attempt ? 1 : 0)
  );
}

/** Whether `row` says more of a cell than what is known of it. */
export function saysMore(row: Worth, known: Worth | undefined): boolean {
  if (known === undefined) return true;
  const nobody = { attempt: '' };
  return byWorth({ row, ...nobody }, { row: known, ...nobody }) < 0;
}
