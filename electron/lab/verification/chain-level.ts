/** Verification of an entry at level `chain`: nothing was altered since it was written. Reads only. */
import { join } from 'node:path';
import {
  bytesOfFrame,
  ChainVerification,
  type ByteRange,
  type Finding,
} from '../../../experiments/entries/chain-verification.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { decodeRecordHead } from '../../../experiments/records/record-codec.ts';
import type { FrameAgreement } from '../../../experiments/entries/frame-agreement.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { textDigest } from '../../../experiments/records/digests.ts';
import { cellId } from '../../../experiments/sweeps/cell-identity.ts';
import { LabError } from '../disk/lab-error.ts';
import { LogFile } from '../disk/log-file.ts';
import { claimFindings } from './note-claims.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { weightFindings } from '../notebook/weight-files.ts';

/** One snapshot as a second implementation sees it. */
export interface FrameVerdict extends FrameAgreement {
  readonly epoch: number;
  readonly holds: boolean;
}

/** What a verification found of one cell. */
export interface CellVerdict {
  readonly id: string;
  readonly label: string;
  readonly holds: boolean;
  /** Snapshots that were checked. */
  readonly snapshots: number;
  /** Those of the cell that have no weights any more, where there are any: only their links were checked, or trained to again. */
  readonly thinned?: number;
  readonly findings: readonly Finding[];
  /** How a cell was compared that another GPU trained at first. */
  readonly comparison?: string;
  /** What was found frame by frame, where frames were compared. */
  readonly frames?: readonly FrameVerdict[];
}

/** What a verification found of an entry. */
export interface EntryVerdict {
  readonly holds: boolean;
  /** About entry.json, the sweep and the pictures. */
  readonly findings: readonly Finding[];
  readonly cells: readonly CellVerdict[];
  /** Claims of the notes that the records do not bear out, where they were looked at; nothing was altered by them. */
  readonly claims?: readonly Finding[];
}

/**
 * Verdicts over an entry and each of the wanted cells. Ask before the cells are opened for writing, which sets damaged ends
 * aside. `onCell` is told of every cell as it is done.
 */
export async function verifyChain(
  entry: EntryStore,
  onCell: (verdict: CellVerdict) => void = () => undefined,
  wanted: readonly EntryCell[] = entry.json.cells,
): Promise<EntryVerdict> {
  const findings = await entryFindings(entry);
  const cells: CellVerdict[] = [];
  for (const cell of wanted) {
    const verdict = await cellVerdict(entry, cell);
    cells.push(verdict);
    onCell(verdict);
  }
  const holds = findings.length === 0 && cells.every((cell) => cell.holds);
  return { holds, findings, cells, claims: await claimFindings(entry) };
}

async function entryFindings(entry: EntryStore): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = (part: Finding['part'], field: string, message: string): void => {
    findings.push({ part, cell: null, record: null, epoch: null, bytes: null, field, message });
  };
  if (entry.alteration !== null) add('entry.json', 'content', entry.alteration);
  for (const time of entry.json.alteredOutside)
    add('entry.json', 'content', `it was changed outside of Creasebook before ${time}`);
  if (textDigest(entry.sweepText) !== entry.json.sweep.sha256)
    add('sweep.yaml', 'content', 'it is not the sweep that was run');
  for (const { digest, file } of entry.json.targets) {
    try {
      await entry.targetPicture(digest);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      add('target', file, error.message);
    }
  }
  return findings;
}

async function cellVerdict(entry: EntryStore, cell: EntryCell): Promise<CellVerdict> {
  const { fileSystem: fs } = entry;
  const chain = new ChainVerification(cell);
  const path = join(entry.path, 'cells', cell.id);
  const [records, previews] = (await entry.logPlaces(cell.id)).map(
    (place) => new LogFile(fs, place.path, false, place.range),
  );
  try {
    await records.scan((payload, position, record) => chain.visit(payload, position, record));
    const findings = chain.finish(records.damage);
    const kept = chain.epochs.filter((epoch) => !chain.thinned.has(epoch));
    findings.push(...(await previewFindings(previews, cell.id, kept)));
    findings.push(...(await weightFindings(fs, path, cell, records, chain)));
    if (cellId(cell.config) !== cell.id) {
      const message = "the cell's id is not that of its configuration";
      findings.push({
        part: 'entry.json',
        cell: cell.id,
        record: null,
        epoch: null,
        bytes: null,
        field: 'config',
        message,
      });
    }
    return {
      id: cell.id,
      label: cell.label,
      holds: findings.length === 0,
      snapshots: chain.epochs.length,
      ...thinnedCount(chain.thinned.size),
      findings,
    };
  } finally {
    await records.close();
    await previews.close();
  }
}

/** What a verdict says of thinned snapshots; nothing where there are none. */
export function thinnedCount(thinned: number): Pick<CellVerdict, 'thinned'> {
  return thinned === 0 ? {} : { thinned };
}

/** Previews are not part of the chain: their checksums are checked, and that every snapshot that was kept has one. */
async function previewFindings(log: LogFile, cell: string, epochs: readonly number[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const seen = new Set<number>();
  let bytes: ByteRange | null = null;
  const add = (record: number | null, epoch: number | null, field: string, message: string): void => {
    findings.push({ part: 'previews', cell, record, epoch, bytes, field, message });
  };
  await log.scan((payload, position, record) => {
    bytes = bytesOfFrame(position);
    try {
      const head = decodeRecordHead(payload);
      if (head.type === 'preview') seen.add(head.epoch);
      else add(record, null, 'type', `a ${head.type} among the previews`);
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      add(record, null, 'content', error.message);
    }
  });
  if (log.damage !== null) {
    bytes = { from: log.damage.offset, to: log.damage.end };
    add(log.damage.frame, null, 'frame', `${log.damage.message}; what follows cannot be read`);
  }
  bytes = null;
  const missing = epochs.filter((epoch) => !seen.has(epoch));
  if (missing.length > 0) {
    add(
      null,
      missing[0],
      'preview',
      `${missing.length} snapshots have no preview, from epoch ${missing[0]} on`,
    );
  }
  return findings;
}
