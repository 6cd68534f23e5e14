/** An entry of format version 1 that is written to for the first time. */
import { join } from 'node:path';
import type { Notebook } from '../../electron/lab/notebook/notebook.ts';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { goldenNames } from '../electron/lab/exports/stored-entry.ts';

/** Name of its folder. */
export const goldenName = goldenNames.find((candidate) => candidate.includes('golden-ring')) ?? '';
/** Where it lies, from the root of the project. */
export const goldenPath = join('test/fixtures/entries/version-1', goldenName);

/** Writes to the entry for the first time. */
export async function writeFirst(notebook: Notebook): Promise<void> {
  await (await notebook.find(goldenName)).describe({ title: 'mine' });
}

/** What is read of the entry, and whether it is the old or the new one. */
export async function lookAtGolden(notebook: Notebook) {
  const entry = await notebook.find(goldenName);
  const { title, cells } = entry.json;
  const { holds, findings } = await verifyChain(entry);
  const [listed] = await notebook.list();
  return { version: entry.version, title, cells, holds, findings, listed: listed.cells };
}
