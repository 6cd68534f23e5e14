/** entry.json: reading, writing, and what to do with other versions of it. */
import { z } from 'zod';
import type { SweepCell } from '../sweeps/cell.ts';
import { canonicalJson } from '../records/canonical-json.ts';
import { EntryError } from '../records/entry-error.ts';
import { entryContent, storedCellState, type EntryCell, type EntryContent } from './entry-schema.ts';
import { textDigest } from '../records/digests.ts';

/** Version of the entry format that this code writes. */
export const entryVersion = 1;

/** Longest entry.json that is read: 100,000 cells need about 100 MB. */
export const maxEntryBytes = 1 << 27;

/** An entry.json as it was read. */
export interface ReadEntry {
  readonly content: EntryContent;
  /** What does not agree with what was written: the digest, or the text itself; null where nothing was touched. */
  readonly alteration: string | null;
  /** Version the file has; older ones were migrated, a newer one must not be written over. */
  readonly version: number;
}

/** How content of an older version becomes content of the next one; by the older version's number. */
type Migrations = Readonly<Record<number, (content: Record<string, unknown>) => Record<string, unknown>>>;

const migrations: Migrations = {};

/** Text of entry.json: indented JSON with a digest over its canonical content as the last field. */
export function entryText(content: EntryContent): string {
  return `${JSON.stringify({ ...content, digest: entryDigest(content) }, null, 2)}\n`;
}

/**
 * The entry that the bytes of an entry.json hold. Throws EntryError: 'malformed'; 'newer-version' where a newer format
 * cannot be read; 'too-large'. An unexpected digest is no error: see `alteration`.
 */
export function parseEntry(bytes: Uint8Array, steps: Migrations = migrations): ReadEntry {
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
  const content = parseContent(migrated(fields, version, steps));
  if (!digestHolds) return { content, alteration: 'its digest does not match its content', version };
  const isExact = version < entryVersion || text === entryText(content);
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

function entryDigest(content: EntryContent): string {
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

function migrated(
  fields: Record<string, unknown>,
  version: number,
  steps: Migrations,
): Record<string, unknown> {
  let content = fields;
  for (let from = version; from < entryVersion; from++) {
    const step = steps[from];
    if (step === undefined) throw new EntryError('malformed', `entry.json: there is no version ${from}`);
    content = { ...step(content), version: from + 1 };
  }
  return content;
}

function parseContent(fields: Record<string, unknown>): EntryContent {
  const parsed = entryContent.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new EntryError('malformed', `entry.json: ${issue.path.join('.') || 'content'}: ${issue.message}`);
}

/** Content of a newer version as far as this version understands it: what it knows must be there, what it does not is left out. */
function parseNewer(fields: Record<string, unknown>, version: number): EntryContent {
  const parsed = entryContent.strip().safeParse({ ...fields, version: entryVersion });
  if (parsed.success) return parsed.data;
  throw newerVersion(version);
}

const summaryContent = z.object({
  id: z.string().max(100),
  name: z.string().max(1000),
  title: z.string().max(1000),
  tags: z.array(z.string().max(200)).max(1000),
  created: z.iso.datetime(),
  cells: z
    .array(
      z.object({
        id: z.string().regex(/^[0-9a-f]{16}$/),
        axes: z.record(z.string().max(100), z.union([z.number(), z.string().max(1000), z.boolean()])),
        state: storedCellState,
        started: z.iso.datetime().nullable(),
        lastEpoch: z.int().nonnegative().nullable(),
        epochs: z.int().nonnegative(),
      }),
    )
    .max(100_000),
});

/** The part of entry.json that a list of entries shows. */
export type EntrySummaryContent = z.infer<typeof summaryContent>;

/** Summary from the bytes of an entry.json of any version, without checking the rest. Throws EntryError as parseEntry does. */
export function parseEntrySummary(bytes: Uint8Array): EntrySummaryContent {
  const { value } = readJson(bytes);
  const version = versionOf(value);
  const parsed = summaryContent.safeParse(value);
  if (parsed.success) return parsed.data;
  if (version > entryVersion) throw newerVersion(version);
  const [issue] = parsed.error.issues;
  throw new EntryError('malformed', `entry.json: ${issue.path.join('.') || 'content'}: ${issue.message}`);
}

function newerVersion(version: number): EntryError {
  return new EntryError(
    'newer-version',
    `this entry has format version ${version}, and this Creasebook reads up to ${entryVersion}; a newer Creasebook opens it. It was left as it is`,
  );
}
