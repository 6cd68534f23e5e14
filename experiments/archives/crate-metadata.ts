/**
 * ro-crate-metadata.json of an entry: RO-Crate 1.1 with the terms of Process Run Crate 0.5, one action a cell. The text
 * depends on the entry alone: no time of export, no name of a person or machine.
 */
import { z } from 'zod';
import type { TimedEvent } from '../records/record-codec.ts';
import type { EntryContent } from '../entries/entry-schema.ts';
import { ImportError } from '../formats/import-error.ts';
import { mostArchived } from './zip-directory.ts';

export const crateFileName = 'ro-crate-metadata.json';

/** A file of the crate. */
export interface CrateFile {
  /** Path from the crate's root. */
  readonly path: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** A cell as the metadata of an archive names it. */
export interface CrateCell {
  readonly id: string;
  readonly events: readonly TimedEvent[];
}

type Entity = Readonly<Record<string, unknown>> & { readonly '@id': string };

const context = [
  'https://w3id.org/ro/crate/1.1/context',
  // Terms that RO-Crate 1.1's own context does not have.
  { sha256: 'http://schema.org/sha256' },
];
const crateVersion = { '@id': 'https://w3id.org/ro/crate/1.1' };
const profile = 'https://w3id.org/ro/wfrun/process/0.5';
const license = '#license';

/** The text of the metadata file. `files` are all files of the crate but itself, `cells` those of the entry. */
export function crateMetadata(
  entry: EntryContent,
  files: readonly CrateFile[],
  cells: readonly CrateCell[],
): string {
  const begun = cells.filter(({ events }) => events.length > 0);
  const known = new Map(entry.cells.map((cell) => [cell.id, cell]));
  const byFolder = filesByFolder(files);
  const graph: Entity[] = [
    { '@id': crateFileName, '@type': 'CreativeWork', about: ref('./'), conformsTo: crateVersion },
    rootEntity(entry, files, [...byFolder.keys()], begun),
    { '@id': profile, '@type': 'CreativeWork', name: 'Process Run Crate', version: '0.5' },
    {
      '@id': license,
      '@type': 'CreativeWork',
      name: 'No license stated',
      description: 'Whoever made this entry has not said under which terms it may be used; ask them.',
    },
    ...programs(entry, begun),
    ...begun.map((cell) => action(entry, known.get(cell.id), byFolder, cell)),
    ...folders(known, byFolder),
    ...files.map(fileEntity),
  ];
  return `${JSON.stringify({ '@context': context, '@graph': graph }, null, 1)}\n`;
}

function ref(id: string): { readonly '@id': string } {
  return { '@id': id };
}

/** A single value stands by itself, as compacted JSON-LD has it; none is left out. */
function oneOrMore(ids: readonly string[]): unknown {
  return ids.length === 0 ? undefined : ids.length === 1 ? ref(ids[0]) : ids.map(ref);
}

function rootEntity(
  entry: EntryContent,
  files: readonly CrateFile[],
  cellFolders: readonly string[],
  begun: readonly CrateCell[],
): Entity {
  const direct = files.filter(({ path }) => !path.startsWith('cells/')).map(({ path }) => path);
  const count = entry.cells.length;
  return {
    '@id': './',
    '@type': 'Dataset',
    name: entry.title,
    description: `A sweep of ${count} small ${count === 1 ? 'network' : 'networks'} trained on points of a known picture: every snapshot with its weights, measures and receipts, as a Creasebook entry (format version ${entry.version}).`,
    identifier: entry.id,
    dateCreated: entry.created,
    datePublished: entry.created,
    license: ref(license),
    conformsTo: ref(profile),
    ...(entry.tags.length === 0 ? {} : { keywords: entry.tags.join(', ') }),
    hasPart: oneOrMore([...direct, ...cellFolders]),
    mentions: oneOrMore(begun.map(({ id }) => `#cell-${id}`)),
  };
}

type EntryCell = EntryContent['cells'][number];
type FilesByFolder = ReadonlyMap<string, readonly string[]>;

/** Paths of the files in each cell's folder, by `cells/<id>/`. */
function filesByFolder(files: readonly CrateFile[]): FilesByFolder {
  const found = new Map<string, string[]>();
  for (const { path } of files) {
    const folder = /^cells\/[^/]+\//.exec(path)?.[0];
    if (folder === undefined) continue;
    const others = found.get(folder);
    if (others === undefined) found.set(folder, [path]);
    else others.push(path);
  }
  return found;
}

function folders(known: ReadonlyMap<string, EntryCell>, byFolder: FilesByFolder): Entity[] {
  return [...byFolder].map(([folder, paths]) => ({
    '@id': folder,
    '@type': 'Dataset',
    name: known.get(folder.split('/')[1])?.label ?? folder,
    hasPart: oneOrMore(paths),
  }));
}

/** Version of the program that worked on a cell. */
function versionOf(entry: EntryContent, { events }: CrateCell): string {
  const starts = events
    .map(({ event }) => event)
    .filter((event) => event.kind === 'started' || event.kind === 'resumed');
  return starts.at(-1)?.environment['creasebook'] ?? entry.environment['creasebook'] ?? 'unknown';
}

function programId(version: string): string {
  return `#creasebook-${encodeURIComponent(version)}`;
}

function programs(entry: EntryContent, begun: readonly CrateCell[]): Entity[] {
  return [...new Set(begun.map((cell) => versionOf(entry, cell)))].map((version) => ({
    '@id': programId(version),
    '@type': 'SoftwareApplication',
    name: 'Creasebook',
    softwareVersion: version,
    description: 'The lab notebook for overfitting experiments.',
  }));
}

function action(
  entry: EntryContent,
  known: EntryCell | undefined,
  byFolder: FilesByFolder,
  cell: CrateCell,
): Entity {
  const { id, events } = cell;
  const last = events.at(-1);
  const target = entry.targets.find(({ digest }) => digest === known?.config.target);
  const isFailed = last?.event.kind === 'failed';
  return {
    '@id': `#cell-${id}`,
    '@type': 'CreateAction',
    name: `Training of ${known?.label ?? id}`,
    description: `Cell ${id}: numerics ${known?.config.numerics}, seed ${known?.config.seed}, goal ${known?.epochs} epochs; last link of its receipt chain ${known?.lastLink ?? 'not written'}.`,
    instrument: ref(programId(versionOf(entry, cell))),
    object: oneOrMore(['sweep.yaml', ...(target === undefined ? [] : [target.file])]),
    result: oneOrMore(byFolder.get(`cells/${id}/`) ?? []),
    startTime: events[0]?.time,
    endTime: last?.time,
    actionStatus: ref(
      `http://schema.org/${isFailed ? 'Failed' : last?.event.kind === 'finished' ? 'Completed' : 'Active'}ActionStatus`,
    ),
    ...(last?.event.kind === 'failed' ? { error: last.event.message } : {}),
  };
}

const kinds: readonly (readonly [pattern: RegExp, type: string, description: string])[] = [
  [/^entry\.json$/, 'application/json', 'What the entry holds: cells, states, environment, receipts'],
  [/^cells\.json$/, 'application/json', 'The cells of the sweep with their configurations'],
  [/^cells\.index$/, 'application/octet-stream', 'What is known of the states of the cells: frames of rows'],
  [/^notes\.md$/, 'text/markdown', 'Notes'],
  [/^sweep\.yaml$/, 'application/yaml', 'The sweep as it was asked for'],
  [/^targets\//, 'image/png', 'The picture that the networks learn'],
  [/\/records$/, 'application/octet-stream', 'Snapshots and events: frames of length, CRC-32C and payload'],
  [/\/previews$/, 'application/octet-stream', 'Small frames: frames of length, CRC-32C and payload'],
  [/\.parquet$/, 'application/vnd.apache.parquet', 'One row of measures a snapshot'],
  [/\.safetensors$/, 'application/octet-stream', "Weights under PyTorch's names (safetensors)"],
];

function fileEntity({ path, size, sha256 }: CrateFile): Entity {
  const [, type, description] = kinds.find(([pattern]) => pattern.test(path)) ?? [
    null,
    'application/octet-stream',
    '',
  ];
  return {
    '@id': path,
    '@type': 'File',
    name: path.slice(path.lastIndexOf('/') + 1),
    description,
    encodingFormat: type,
    contentSize: String(size),
    sha256,
  };
}

const crateSchema = z.object({
  '@graph': z
    .array(
      z.object({
        '@id': z.string().max(1000),
        '@type': z.union([z.string().max(100), z.array(z.string().max(100)).max(20)]),
        sha256: z.unknown().optional(),
      }),
    )
    // People, programs and the start of each cell are described, too.
    .max(2 * mostArchived),
});

/** SHA-256 (hex) of every file that a metadata file describes, by path. Throws ImportError. */
export function crateDigests(text: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ImportError(`${crateFileName} is not JSON`);
  }
  const parsed = crateSchema.safeParse(value);
  if (!parsed.success)
    throw new ImportError(`${crateFileName} cannot be read: ${parsed.error.issues[0]?.message}`);
  const digests = new Map<string, string>();
  for (const entity of parsed.data['@graph']) {
    if (![entity['@type']].flat().includes('File')) continue;
    const path = entity['@id'].replace(/^\.\//, '');
    if (digests.has(path)) throw new ImportError(`${crateFileName} describes ${path} twice`);
    if (typeof entity.sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(entity.sha256))
      throw new ImportError(`${crateFileName} has no SHA-256 for ${path}`);
    digests.set(path, entity.sha256);
  }
  return digests;
}
