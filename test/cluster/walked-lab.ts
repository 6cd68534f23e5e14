/** A sweep whose cells take some seconds each, trained elsewhere and, uninterrupted, here. */
import { expect } from 'vitest';
import { digests, lab, temporaryLab } from '../electron/cli/lab-process.ts';

/** A sweep of one cell for each seed; ten thousand epochs take some seconds of a processor. */
export function walkedSweep(cells: number, epochs: number): string {
  const seeds = Array.from({ length: cells }, (_, at) => at + 1);
  return `name: walk
target: ring
epochs: ${epochs}
validation: 50
snapshots: { log: 12, preview: 32, truth_stride: 16 }
parameters:
  shape: { values: ["[30]*12"] }
  points: { values: [312] }
  seed: { values: [${seeds.join(', ')}] }
training: { batch_size: 64 }
`;
}

/** Digests of every snapshot, by cell. */
export type Links = ReadonlyMap<string, string>;

async function linksOf(notebook: string): Promise<Links> {
  const cells = JSON.parse(await digests(notebook, 'walk')) as [string, unknown][];
  return new Map(cells.map(([id, snapshots]) => [id, JSON.stringify(snapshots)]));
}

/** Links of a sweep named "walk" that is trained here without an interruption. */
export async function uninterrupted(sweep: string, engine = 'wasm'): Promise<Links> {
  const local = temporaryLab(sweep);
  try {
    const run = await lab('run', local.sweep, '--engine', engine, '--notebook', local.notebook);
    expect(run.code, run.stderr).toBe(0);
    return await linksOf(local.notebook);
  } finally {
    local.remove();
  }
}

/** Collects a walked sweep, all of whose cells are there to be taken, and looks at their links. */
export async function expectCollected(notebook: string, cells: number, known: Promise<Links>): Promise<void> {
  const collected = await lab('collect', 'walk', '--notebook', notebook);
  expect(collected.stderr).toBe('');
  expect(collected.stdout).toMatch(new RegExp(`^${cells} cells taken`));
  await expectLinks(notebook, cells, known);
}

/** Looks at the links of a walked sweep, all of whose cells are in its entry. */
export async function expectLinks(notebook: string, cells: number, known: Promise<Links>): Promise<void> {
  const [links, expected] = [await linksOf(notebook), await known];
  expect(links.size).toBe(cells);
  for (const [id, snapshots] of links) expect(snapshots).toBe(expected.get(id));
}
