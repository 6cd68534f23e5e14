/** entry.json: reading, writing, and what to do with other versions of it. */
import { z } from 'zod';
import { maxCells, type SweepCell } from '../sweeps/cell.ts';
import { canonicalJson } from '../records/canonical-json.ts';
import { EntryError } from '../records/entry-error.ts';
import {
  firstStoredEntry,
  storedCellState,
  storedEntry,
  type EntryCell,
  type EntryContent,
  type FirstStoredEntry,
  type StoredEntry,
} from './entry-schema.ts';
import { textDigest } from '../records/digests.ts';

/** Version of the entry format that this code writes. */
export const entryVersion = 2;

/** Maximum size of an entry.json that is read, in bytes. */
export const maxEntryBytes = 1 << 27;

/** An entry.json as it was read. */
export interface ReadEntry {
  readonly content: FirstStoredEntry | StoredEntry;
  /** What does not agree with what was written: the digest, or the text itself; null where nothing was touched. */
  readonly alteration: string | null;
  /** Version the file has; a newer one must not be written over. */
  readonly version: number;
}

/** Text of entry.json: indented JSON with a digest over its canonical content as the last field. */
export function entryText(content: FirstStoredEntry | StoredEntry): string {
  return `${JSON.stringify({ ...content, digest: entryDigest(content) }, null, 2)}\n`;
}

/** What entry.json says of an entry whose cells are in a cells.json of this digest. */
export function storedEntryFrom(content: EntryContent, cellsDigest: string): StoredEntry {
  const { format, id, name, title, tags, created, sweep, targets, snapshots, environment, cells } = content;
  const { receipts, alteredOutside } = content;
  const kept = { file: 'cells.json' as const, count: cells.length, sha256: cellsDigest };
  const head = { format, version: 2 as const, id, name, title, tags, created, sweep, targets, snapshots };
  return { ...head, environment, cells: kept, receipts, alteredOutside };
}

/**
 * What the bytes of an entry.json hold. Throws EntryError: 'malformed'; 'newer-version' where a newer format cannot be
 * read; 'too-large'. An unexpected digest is no error: see `alteration`.
 */
export function parseEntry(bytes: Uint8Array): ReadEntry {
  if (bytes.length > maxEntryBytes) throw new EntryError('too-large', `entry.json has ${bytes.length} bytes`);
  const { text, value } = readJson(bytes);
  const { digest, ...fields } = value;
  const version = versionOf(fields);
  const digestHolds = digest === textDigest(canonicalJson(fields));
  if (version > entryVersion) {
    const content = parseNewer(fields, version);
    const doubt = `it has format version ${version}, which only a newer Creasebook can verify`;
    return { content, alteration: digestHolds ? null : doubt, version };
  }
  const content = parseContent(fields, version);
  if (!digestHolds) return { content, alteration: 'its digest does not match its content', version };
  const isExact = text === entryText(content);
  return { content, alteration: isExact ? null : 'it is not byte for byte as it was written', version };
}

/** Cell of an entry as the sweep resolved it. */
export function sweepCellFrom({ id, label, axes, config, epochs }: EntryCell): SweepCell {
  return { id, label, axes, config, epochs };
}

/** A cell of an entry before anything of it ran. */
export function entryCellFrom({ id, label, axes, config, epochs }: SweepCell): EntryCell {
  // A copy without readonly and without fields that are undefined.
  const copy = JSON.parse(JSON.stringify(config)) as EntryCell['config'];
  const nothingYet = { state: 'queued', started: null, lastEpoch: null, lastLink: null, seconds: 0 } as const;
  return { id, label, axes: { ...axes }, config: copy, epochs, ...nothingYet };
}

/**
 * Cells of an entry after its sweep became `cells`: those first, in their order, with the state they had; then the
 * entry's other cells. The new goal counts; a cell that is finished waits again when its goal grew.
 */
export function extendedCells(present: readonly EntryCell[], cells: readonly SweepCell[]): EntryCell[] {
  const before = new Map(present.map((cell) => [cell.id, cell]));
  const wanted = new Set(cells.map(({ id }) => id));
  const asked = cells.map((cell) => {
    const known = before.get(cell.id);
    if (known === undefined) return entryCellFrom(cell);
    const state = cell.epochs > known.epochs && known.state === 'finished' ? 'queued' : known.state;
    return { ...known, label: cell.label, axes: { ...cell.axes }, epochs: cell.epochs, state };
  });
  return [...asked, ...present.filter(({ id }) => !wanted.has(id))];
}

function entryDigest(content: FirstStoredEntry | StoredEntry): string {
  return textDigest(canonicalJson(content));
}

function readJson(bytes: Uint8Array): { text: string; value: Record<string, unknown> } {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new EntryError('malformed', 'entry.json is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EntryError('malformed', 'entry.json is not a JSON object');
  }
  return { text, value: { ...value } };
}

function versionOf(fields: Record<string, unknown>): number {
  if (fields.format !== 'creasebook-entry')
    throw new EntryError('malformed', "entry.json: format is not 'creasebook-entry'");
  const { version } = fields;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) {
    throw new EntryError('malformed', 'entry.json: version is not a positive integer');
  }
  return version;
}

function parseContent(fields: Record<string, unknown>, version: number): ReadEntry['content'] {
  const parsed = (version === 1 ? firstStoredEntry : storedEntry).safeParse(fields);
  if (parsed.success) return parsed.data;
  throw faultOf(parsed.error);
}

function faultOf({ issues: [issue] }: z.ZodError): EntryError {
  return new EntryError('malformed', `entry.json: ${issue.path.join('.') || 'content'}: ${issue.message}`);
}

/** Content of a newer version as far as this version understands it: what it knows must be there, what it does not is left out. */
function parseNewer(fields: Record<string, unknown>, version: number): StoredEntry {
  const parsed = storedEntry.strip().safeParse({ ...fields, version: entryVersion });
  if (parsed.success) return parsed.data;
  throw newerVersion(version);
}

const listedHead = z.object({
  id: z.string().max(100),
  name: z.string().max(1000),
  title: z.string().max(1000),
  tags: z.array(z.string().max(200)).max(1000),
  created: z.iso.datetime(),
});

const firstListedCells = z
  .array(
    z.object({
      id: z.string().regex(/^[0-9a-f]{16}$/),
      label: z.string().max(1000),
      axes: z.record(z.string().max(100), z.union([z.number(), z.string().max(1000), z.boolean()])),
      state: storedCellState,
      lastEpoch: z.int().nonnegative().nullable(),
      epochs: z.int().nonnegative(),
    }),
  )
  .max(maxCells);

/** The part of an entry.json that a list of entries shows; `cells` where they stand in it, as in version 1. */
export type EntrySummaryContent = z.infer<typeof listedHead> & {
  readonly cells: z.infer<typeof firstListedCells> | null;
};

/** Summary from the bytes of an entry.json of any version, without checking the rest. Throws EntryError as parseEntry does. */
export function parseEntrySummary(bytes: Uint8Array): EntrySummaryContent {
  const { value } = readJson(bytes);
  const version = versionOf(value);
  const head = listedHead.safeParse(value);
  if (head.error !== undefined) throw version > entryVersion ? newerVersion(version) : faultOf(head.error);
  if (version > 1) return { ...head.data, cells: null };
  const cells = firstListedCells.safeParse(value.cells);
  if (cells.error !== undefined) throw faultOf(cells.error);
  return { ...head.data, cells: cells.data };
}

function newerVersion(version: number): EntryError {
  return new EntryError(
    'newer-version',
    `this entry has format version ${version}, and this Creasebook reads up to ${entryVersion}; a newer Creasebook opens it. It was left as it is`,
  );
}
