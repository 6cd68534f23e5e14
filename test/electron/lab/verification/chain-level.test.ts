import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyChain } from '../../../../electron/lab/verification/chain-level.ts';
import { LabError } from '../../../../electron/lab/disk/lab-error.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { cell, changeBytes, doneNotebook, verdictOf } from '../notebook/done-notebook.ts';
import { sampleEntry, temporaryFolder } from '../notebook/sample-notebook.ts';

test('an entry as it was written holds, after opening it for writing too', async () => {
  const { dir, path } = await doneNotebook();
  const verdict = await verdictOf(dir, path);
  expect(verdict).toEqual({
    holds: true,
    findings: [],
    cells: [{ id: cell.id, label: cell.label, holds: true, snapshots: 3, findings: [] }],
    claims: [],
  });
  const notebook = await openNotebook(dir, { mode: 'write' });
  const entry = await notebook.find(path);
  await entry.cell(cell.id);
  expect(await verifyChain(entry)).toEqual(verdict);
  await notebook.close();
});

test('a copied entry holds wherever it is', async () => {
  const { dir, path } = await doneNotebook();
  const copy = join(temporaryFolder(), 'copy');
  cpSync(path, copy, { recursive: true });
  expect((await verdictOf(dir, copy)).holds).toBe(true);
});

test('one changed byte in the records or previews is found, in the file it is in', async () => {
  await changeBytes(7);
});

test('records and previews cut at any byte are found', async () => {
  const { dir, path } = await doneNotebook();
  const notebook = await openNotebook(dir, { mode: 'read' });
  const entry = await notebook.find(path);
  for (const name of ['previews', 'records']) {
    const file = join(path, 'cells', cell.id, name);
    // The last two records, a stop and the final word, are not in the chain: taking them off whole leaves a shorter life.
    const beyondChain = name === 'records' ? await sizeOfLastRecords(path, 2) : 0;
    const size = statSync(file).size - beyondChain;
    for (let length = size - 1; length >= 0; length -= 7) {
      truncateSync(file, length);
      if ((await verifyChain(entry)).holds) expect.fail(`${name} cut to ${length} bytes was not found`);
    }
    rmSync(file);
    expect((await verifyChain(entry)).holds).toBe(false);
  }
  await notebook.close();
});

async function sizeOfLastRecords(path: string, count: number): Promise<number> {
  const { scanLogFrames } = await import('../../../../experiments/records/record-log.ts');
  const log = readFileSync(join(path, 'cells', cell.id, 'records'));
  return log.length - scanLogFrames(log).frames.slice(-count)[0].offset;
}

test('one changed byte in the sweep, a picture or entry.json is found', async () => {
  const { dir, path } = await doneNotebook();
  const [picture] = readdirSync(join(path, 'targets'));
  for (const [name, part, step] of [
    ['sweep.yaml', 'sweep.yaml', 1],
    [join('targets', picture), 'target', 1],
    ['entry.json', 'entry.json', 13],
  ] as const) {
    const whole = readFileSync(join(path, name));
    for (let at = 0; at < whole.length; at += step) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 1 << (at % 8);
      writeFileSync(join(path, name), bytes);
      const verdict = await verdictOf(dir, path).catch((error: unknown) => {
        // An entry.json that is no entry.json any more is refused altogether.
        if (
          part === 'entry.json' &&
          error instanceof LabError &&
          ['damaged', 'newer-version'].includes(error.code)
        )
          return null;
        throw error;
      });
      if (verdict?.holds === true) expect.fail(`byte ${at} of ${name} was changed and not found`);
      if (verdict !== null) expect(verdict.findings.map((finding) => finding.part)).toContain(part);
    }
    writeFileSync(join(path, name), whole);
  }
  expect((await verdictOf(dir, path)).holds).toBe(true);
});

test('missing files are found, and what was added behind the end too', async () => {
  const { dir, path } = await doneNotebook();
  appendFileSync(join(path, 'cells', cell.id, 'previews'), Uint8Array.of(0));
  appendFileSync(join(path, 'cells', cell.id, 'records'), Uint8Array.of(0));
  const [verdict] = (await verdictOf(dir, path)).cells;
  expect(verdict.findings.map(({ part, field }) => [part, field])).toEqual([
    ['records', 'frame'],
    ['previews', 'frame'],
  ]);
  rmSync(join(path, 'targets'), { recursive: true });
  expect((await verdictOf(dir, path)).findings.map(({ part }) => part)).toEqual(['target']);
});

test("an entry.json made anew for another chain is betrayed by the cell's id", async () => {
  const { dir, path } = await doneNotebook();
  const notebook = await openNotebook(dir, { mode: 'write' });
  const other = { ...cell, config: { ...cell.config, seed: 2 } };
  const entry = await notebook.create(sampleEntry({ cells: [other], targets: [] }));
  const verdict = await verifyChain(entry);
  expect(verdict.cells[0].findings.map(({ part, field }) => [part, field])).toEqual([
    ['entry.json', 'config'],
  ]);
  expect((await verifyChain(await notebook.find(path))).holds).toBe(true);
  await notebook.close();
});
