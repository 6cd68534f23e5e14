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
    const [{ epoch, distinctHashes }] = cells as unknown as [{ epoch: number; distinctHashes: number }];
    const claim = `kind: exact, measure: regions, equals: ${distinctHashes}`;
    write(`      - { ${claim}, at: ${epoch} }\n      - { ${claim} }\n`);
    const { claims } = await labJson<{ claims: unknown[] }>(
      ...['findings', id, '--claims', file, '--notebook', notebook],
    );
    // The cell was paused: it has a snapshot there, and no last one.
    expect(cells).toHaveLength(1);
    expect(claims).toMatchObject([
      { verdict: 'holds', parts: [{ estimate: 0 }] },
      { verdict: 'not measured', why: '1 seed not trained so far' },
    ]);
    const { stdout } = await lab('findings', id, '--claims', file, '--notebook', notebook);
    expect(stdout).toMatch(/^same {2}Is it what was recorded\?\n {2}holds +regions equals /);
  });

  it('answers bad claims with their line', async () => {
    write('      - { kind: exact, measure: regoins, equals: 1 }\n');
    const answer = await lab('findings', id, '--claims', file, '--notebook', notebook);
    expectOneLine(answer, 2, /line 5: .*must be a measure, such as regions, is regoins/);
  });
});
