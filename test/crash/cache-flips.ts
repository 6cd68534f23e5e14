/** Flips single bits in the files of an entry that may be deleted, and looks whether any figure changes anywhere. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { diskFileSystem } from '../../electron/lab/disk/files.ts';
import { LogFile } from '../../electron/lab/disk/log-file.ts';
import { CellIndex } from '../../electron/lab/notebook/cell-index.ts';
import { keepIndexCache } from '../../electron/lab/notebook/index-cache.ts';
import { PreviewPositions } from '../../electron/lab/notebook/preview-positions.ts';
import type { LabClient } from '../../electron/contract/contract.ts';
import { registeredVerdicts, storedVerdicts } from '../../electron/lab/findings/entry-verdicts.ts';
import { knownMeasures } from '../../electron/lab/findings/measure-tables.ts';
import { openLab } from '../../electron/lab/lab.ts';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { measureFamilies, namesOfFamily } from '../../experiments/records/derived-measures.ts';
import { lab } from '../electron/cli/lab-process.ts';
import { directClient } from '../electron/lab/direct-client.ts';
import { numbersFrom } from '../experiments/records/sample-records.ts';

const sweep = `name: cached
target: ring
epochs: 12
validation: 20
snapshots: { every: 2, preview: 16, truth_stride: 64, key_frame_every: 2 }
parameters:
  shape: { values: ['[5]*2'] }
  points: { values: [40] }
  seed: { values: [1, 2] }
training: { batch_size: 16 }
findings:
  - id: learns
    question: Does it learn?
    claims:
      - { kind: reaches, measure: class error, below: 0.4 }
`;

/** Kinds of files that may be deleted: where they lie in an entry's folder, the first cell's where there is one for each. */
export const cacheKinds = {
  'cells.index': () => 'cells.index',
  'verdicts.json': () => 'verdicts.json',
  'index.cache': (cell) => `cells/${cell}/index.cache`,
  'measures/function.csv': (cell) => `cells/${cell}/measures/function.csv`,
  'measures/curvature.csv': (cell) => `cells/${cell}/measures/curvature.csv`,
  'regions.csv': (cell) => `cells/${cell}/regions.csv`,
} satisfies Readonly<Record<string, (cell: string) => string>>;

/** A notebook with one entry that has a file of every kind. */
export interface CachedNotebook {
  readonly notebook: string;
  readonly path: string;
  readonly id: string;
  readonly cells: string[];
  remove(): void;
}

/** Trains the entry and has every kind of cache made. */
export async function cachedNotebook(): Promise<CachedNotebook> {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-flips-'));
  const notebook = join(folder, 'notebook');
  const file = join(folder, 'cached.yaml');
  writeFileSync(file, sweep);
  const trained = await lab('run', file, '--engine', 'wasm', '--threads', '1', '--notebook', notebook);
  expect(trained.code, trained.stderr).toBe(0);
  const path = trained.stdout.trim().split('\n').at(-1)!;
  const id = path.slice(-8);
  expect((await lab('measure', id, '--notebook', notebook)).code).toBe(0);
  const cells = readdirSync(join(path, 'cells'));
  for (const cell of cells) await keepIndex(join(path, 'cells', cell), cell);
  await withLab(notebook, async (client) => {
    await client.call('regions.count', { entryId: id, cellId: cells[0], snapshots: 5 });
  });
  for (const place of Object.values(cacheKinds)) expect(existsSync(join(path, place(cells[0])))).toBe(true);
  return { notebook, path, id, cells, remove: () => rmSync(folder, { recursive: true }) };
}

/** Writes the index that long logs of a cell get. */
async function keepIndex(folder: string, id: string): Promise<void> {
  const records = new LogFile(diskFileSystem, join(folder, 'records'), false);
  const previews = new LogFile(diskFileSystem, join(folder, 'previews'), false);
  const cell = { records, previews, index: new CellIndex(id), positions: new PreviewPositions() };
  await records.scan((payload, position, frame) => cell.index.visit(payload, position, frame));
  await previews.scan((payload, position) => cell.positions.visit(payload, position));
  await keepIndexCache(diskFileSystem, folder, cell);
  await Promise.all([records.close(), previews.close()]);
}

async function withLab<Result>(
  notebook: string,
  work: (client: LabClient) => Promise<Result>,
): Promise<Result> {
  const opened = await openLab({ notebook, shell: 'browser', threads: 1, examples: join(notebook, 'none') });
  try {
    return await work(directClient(opened.router, opened.events).client);
  } finally {
    await opened.close();
  }
}

/** Everything that the app, notes, verdicts and tables say of the entry, as one text. */
async function figuresOf(notebook: string, { id, cells }: CachedNotebook): Promise<string> {
  const told = await withLab(notebook, async (client) => [
    await client.call('notebook.list', {}),
    await client.call('entry.read', { entryId: id }),
    await client.call('entry.timelines', {
      entryId: id,
      cells: cells.map((cellId) => ({ cellId, from: 0 })),
    }),
    await client.call('previews.last', { entryId: id, cellIds: cells }),
  ]);
  const opened = await openNotebook(notebook, { mode: 'read' });
  try {
    const entry = await opened.find(id);
    const rows = await Promise.all(cells.map(async (cell) => (await entry.cell(cell)).row));
    return JSON.stringify([told, rows], (_, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
    );
  } finally {
    await opened.close();
  }
}

/** What the entry says by files that may be missing: derived measures, verdicts, exact regions. */
async function derivedOf(notebook: string, { id, cells }: CachedNotebook): Promise<readonly string[]> {
  const opened = await openNotebook(notebook, { mode: 'read' });
  try {
    const entry = await opened.find(id);
    const parts: unknown[] = [await storedVerdicts(entry), (await registeredVerdicts(entry)).claims];
    for (const cell of cells) {
      const known = await knownMeasures(entry, cell);
      for (const family of measureFamilies)
        parts.push(
          [...known].map(([epoch, values]) => [epoch, namesOfFamily(family).map((name) => values[name])]),
        );
      parts.push(await (await entry.cell(cell)).regionCounts());
    }
    return parts.map((part) => JSON.stringify(part));
  } finally {
    await opened.close();
  }
}

/** What a campaign did: flips, and those after which something was missing as if the file had been deleted. */
export interface FlipTally {
  readonly flips: number;
  readonly missing: number;
}

/**
 * Flips `flips` bits of one kind of cache, one at a time. After each, records tell what they told before; what is derived is
 * told as before, or as where the file is deleted - never anything else.
 */
export async function flipBits(
  made: CachedNotebook,
  kind: keyof typeof cacheKinds,
  flips: number,
  seed: number,
): Promise<FlipTally> {
  const next = numbersFrom(seed);
  const place = join('entries', basename(made.path), cacheKinds[kind](made.cells[0]));
  const copy = `${made.notebook}-copy`;
  const changed = async <Result>(
    change: (path: string) => void,
    look: (notebook: string, made: CachedNotebook) => Promise<Result>,
  ): Promise<Result> => {
    rmSync(copy, { recursive: true, force: true });
    cpSync(made.notebook, copy, { recursive: true });
    change(join(copy, place));
    return look(copy, made);
  };
  const figures = await changed(() => undefined, figuresOf);
  const good = await changed(() => undefined, derivedOf);
  const without = await changed((path) => rmSync(path), derivedOf);
  let missing = 0;
  for (let flip = 0; flip < flips; flip++) {
    const where = `seed ${seed}, ${kind}, flip ${flip}`;
    const bytes = readFileSync(join(made.notebook, place));
    bytes[next() % bytes.length]! ^= 1 << (next() % 8);
    const write = (path: string): void => writeFileSync(path, bytes);
    const derived = await changed(write, derivedOf);
    derived.forEach((part, at) => expect([good[at], without[at]], where).toContain(part));
    if (derived.some((part, at) => part !== good[at])) missing += 1;
    expect(await changed(write, figuresOf), where).toBe(figures);
  }
  rmSync(copy, { recursive: true, force: true });
  return { flips, missing };
}
