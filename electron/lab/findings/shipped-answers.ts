/** Answers that ship with the program: verdicts on its questions, and the links of the cells that they rest on. */
import { join } from 'node:path';
import { z } from 'zod';
import { answersFolder } from '../../program/assets.ts';
import { readWhole, type FileSystem } from '../disk/files.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { parsedVerdicts, type StoredVerdicts } from './entry-verdicts.ts';

const maxBytes = 1 << 24;

/** A shipped answer: verdicts as an entry kept them, and by cell the link of its last snapshot. */
export interface ShippedAnswer extends StoredVerdicts {
  readonly links: Readonly<Record<string, string>>;
  /** The most seeds that a claim was judged over. */
  readonly seeds: number;
}

const rest = z.object({
  links: z.record(z.string(), z.string()),
  claims: z.array(z.object({ n: z.number() })),
});

/** The answer to a question that ships; null where none does, or where it is not as it was written. Throws LabError. */
export async function shippedAnswer(fs: FileSystem, question: string): Promise<ShippedAnswer | null> {
  const path = join(answersFolder(), `${question}.json`);
  if ((await fs.facts(path)) === null) return null;
  const text = new TextDecoder().decode(await readWhole(fs, path, maxBytes));
  const verdicts = parsedVerdicts(text);
  const more = verdicts === null ? null : rest.safeParse(JSON.parse(text));
  if (verdicts === null || more?.success !== true) return null;
  const { links, claims } = more.data;
  return { ...verdicts, links, seeds: Math.max(0, ...claims.map(({ n }) => n)) };
}

/** How many of an entry's cells are among those of an answer, and how many of these end with the same link. */
export function sameCells(entry: EntryStore, { links }: ShippedAnswer): { common: number; same: number } {
  const common = entry.json.cells.filter(({ id, lastLink }) => lastLink !== null && links[id] !== undefined);
  return { common: common.length, same: common.filter(({ id, lastLink }) => links[id] === lastLink).length };
}
