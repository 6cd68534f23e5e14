import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { thinned } from '../electron/lab/notebook/thinned-entry.ts';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { deriveProgram, hasPython } from './python.ts';

const golden = 'test/fixtures/entries/version-1';
const names = readdirSync(golden);
/** Plain Python takes half a minute of a CPU, which a busy machine may stretch. */
const patience = { timeout: 900_000 };

/** Decimal numbers of a text that are written with at least eight digits. */
function longNumbers(text: string): string[] {
  return (
    text.match(/\d*\.\d+(?:e[-+]?\d+)?/g)?.filter((number) => number.replace(/\D/g, '').length >= 8) ?? []
  );
}

describe('docs/format.md', () => {
  test('holds every constant of the program that was written from it', () => {
    const page = readFileSync('docs/format.md', 'utf8');
    const sources = readdirSync('test/docs').filter((name) => name.endsWith('.py'));
    const used = sources.flatMap((name) => longNumbers(readFileSync(join('test/docs', name), 'utf8')));
    expect(used.length).toBeGreaterThan(60);
    expect(used.filter((number) => !page.includes(number))).toEqual([]);
  });

  test.runIf(hasPython())('is enough to derive the recorded runs again, bit for bit', patience, () => {
    const output = execFileSync('python3', [deriveProgram, ...names.map((name) => join(golden, name))], {
      encoding: 'utf8',
    });
    expect(output.trim().split('\n')).toHaveLength(6);
    expect(output.match(/all bits agree/g)).toHaveLength(6);
    expect(output).toMatch(/8eaba2a90a3f580d {2}finished, 6 snapshots to epoch 40, trained to epoch 40/);
  });

  test.runIf(hasPython())(
    'is enough to read an entry that was thinned, and to train to its digests',
    patience,
    async () => {
      const notebook = scratchFolder();
      const name = names.find((folder) => folder.includes('golden-ring')) ?? '';
      cpSync(join(golden, name), join(notebook, 'entries', name), { recursive: true });
      const opened = await openNotebook(notebook, { mode: 'write' });
      const entry = await opened.find(name);
      expect((await thinned(entry, 'every 1000')).removed).toBeGreaterThan(3);
      await opened.close();
      const output = execFileSync('python3', [deriveProgram, entry.path], { encoding: 'utf8' });
      expect(output).toMatch(
        /8eaba2a90a3f580d {2}finished, 6 snapshots, 4 of them thinned, to epoch 40, trained to epoch 40/,
      );
      const counts = output.trim().split('\n').length;
      expect(output.match(/all bits agree/g)).toHaveLength(counts);
    },
  );

  test.runIf(hasPython())('names what was changed', () => {
    const folder = join(scratchFolder(), 'entry');
    cpSync(join(golden, names.find((name) => name.includes('golden-ring')) ?? ''), folder, {
      recursive: true,
    });
    const file = join(folder, 'cells', '8eaba2a90a3f580d', 'records');
    const bytes = readFileSync(file);
    bytes[2000] ^= 1;
    writeFileSync(file, bytes);
    const { status, stderr } = spawnSync('python3', [deriveProgram, folder], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/disagreement: the checksum at byte \d+ does not match/);
  });
});
