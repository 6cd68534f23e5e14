/** The files of a cell's derived measures, beside its records: they can be made again. */
import { join } from 'node:path';
import type { MeasureFamily } from '../../../experiments/records/derived-measures.ts';
import {
  derivedCsv,
  maybeDerivedTable,
  type DerivedTable,
} from '../../../experiments/records/derived-table.ts';
import { makeFolders, readWhole, writeWhole, type FileSystem } from '../disk/files.ts';

const maxTableBytes = 1 << 26;
const folderName = 'measures';

/** A family's text in a cell's folder; null where there is none. */
export async function measureText(
  fs: FileSystem,
  cellPath: string,
  family: MeasureFamily,
): Promise<string | null> {
  const path = join(cellPath, folderName, `${family}.csv`);
  if ((await fs.facts(path)) === null) return null;
  return new TextDecoder().decode(await readWhole(fs, path, maxTableBytes));
}

/** A family's table in a cell's folder; empty where there is none that can be read. */
export async function measureTable(
  fs: FileSystem,
  cellPath: string,
  family: MeasureFamily,
): Promise<DerivedTable> {
  const text = await measureText(fs, cellPath, family);
  return (text === null ? null : maybeDerivedTable(family, text)) ?? new Map();
}

/** Replaces a family's table in a cell's folder. Throws LabError. */
export async function writeMeasureTable(
  fs: FileSystem,
  cellPath: string,
  family: MeasureFamily,
  table: DerivedTable,
): Promise<void> {
  const folder = join(cellPath, folderName);
  await makeFolders(fs, folder);
  const bytes = new TextEncoder().encode(derivedCsv(family, table));
  await writeWhole(fs, join(folder, `${family}.csv`), bytes);
}
