import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { goldenNames } from '../lab/exports/stored-entry.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { lab, labJson, type ShownEntry } from './lab-process.ts';
import { expectOneLine } from './one-line.ts';

const id = goldenNames.find((folder) => folder.includes('pause'))!.slice(-8);
let notebook: string;
let file: string;

beforeAll(() => {
  notebook = scratchFolder();
  cpSync('test/fixtures/entries/version-1', join(notebook, 'entries'), { recursive: true });
  file = join(scratchFolder(), 'claims.yaml');
});

function write(claims: string): void {
  writeFileSync(
    file,
    `findings:\n  - id: same\n    question: Is it what was recorded?\n    claims:\n${claims}`,
  );
}

describe('findings', () => {
  it('judges claims on what an entry recorded', async () => {
    const { cells } = await labJson<ShownEntry>('show', id, '--notebook', notebook);
    const hashes = cells.map((cell) => (cell as unknown as { distinctHashes: number }).distinctHashes);
    const largest = Math.max(...hashes.map((count) => Math.abs(count - hashes[0]!)));
    write(`      - { kind: exact, measure: regions, equals: ${hashes[0]} }\n`);
    const { claims } = await labJson<{ claims: { verdict: string; parts: { estimate: number }[] }[] }>(
      ...['findings', id, '--claims', file, '--notebook', notebook],
    );
    expect(claims).toMatchObject([
      { verdict: largest === 0 ? 'holds' : 'fails', parts: [{ estimate: largest }] },
    ]);
    const { stdout } = await lab('findings', id, '--claims', file, '--notebook', notebook);
    expect(stdout).toMatch(/^same {2}Is it what was recorded\?\n {2}(holds|fails) +regions equals /);
  });

  it('answers bad claims with their line', async () => {
    write('      - { kind: exact, measure: regoins, equals: 1 }\n');
    const answer = await lab('findings', id, '--claims', file, '--notebook', notebook);
    expectOneLine(answer, 2, /line 5: .*must be one of .*regions.*is regoins/);
  });
});
