/** Rounds of killing a recording process at random moments and looking at what it left. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { numbersFrom, samplePreview, sampleSnapshot } from '../experiments/records/sample-records.ts';
import { bundleProgram } from './bundle.ts';
import { recordedCell, recordedOptions } from './recorded-cell.ts';

/** Kills a recording process `rounds` times; the entry opens every time with everything that was acknowledged. */
export async function killRepeatedly(rounds: number, seed: number): Promise<void> {
  const program = await bundleProgram('recording-program.ts');
  const notebook = mkdtempSync(join(tmpdir(), 'creasebook-kill-'));
  const next = numbersFrom(seed);
  try {
    for (let round = 0; round < rounds; round++) {
      // Some kills come before the first record, most while records are written.
      const kept = await recordUntilKilled(
        program.path,
        notebook,
        next() % 3 === 0 ? 'start' : 'record',
        next() % 150,
      );
      await expectEverythingKept(notebook, kept).catch((error: unknown) => {
        throw new Error(`round ${round} of seed ${seed}: ${String(error)}`, { cause: error });
      });
    }
  } finally {
    program.remove();
    rmSync(notebook, { recursive: true, force: true });
  }
}

interface Kept {
  readonly epochs: readonly number[];
  readonly state: number;
}

/** Lets the program run until `milliseconds` after its start or its first record, kills it, and tells what it said was kept. */
async function recordUntilKilled(
  program: string,
  notebook: string,
  from: 'start' | 'record',
  milliseconds: number,
): Promise<Kept> {
  const child = spawn(process.execPath, [program, notebook], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const opened = new Promise<void>((resolve) =>
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      resolve();
    }),
  );
  if (from === 'record') await Promise.race([opened, ended]);
  await Promise.race([sleep(milliseconds), ended]);
  child.kill('SIGKILL');
  await ended;
  expect(errors).toBe('');
  // A line that the kill cut off was not said.
  const lines = output.split('\n').slice(0, -1);
  const said = (word: string): number[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length + 1)));
  return {
    epochs: [...said('open').filter((epoch) => epoch >= 0), ...said('kept')],
    state: Math.max(-1, ...said('state')),
  };
}

async function expectEverythingKept(dir: string, kept: Kept): Promise<void> {
  const notebook = await openNotebook(dir, { mode: 'write' });
  try {
    const [summary, ...others] = await notebook.list();
    expect(others).toEqual([]);
    if (summary === undefined) {
      expect(kept.epochs).toEqual([]);
      return;
    }
    expect(summary.problem).toBeNull();
    const entry = await notebook.find(summary.id);
    const cell = await entry.cell(recordedCell.id);
    expect(['queued', 'interrupted']).toContain(cell.state);
    const index = cell.index();
    expect(index.map(({ epoch }) => epoch)).toEqual(index.map((_, number) => 10 * number));
    expect(index.length).toBeGreaterThan(Math.max(-1, ...kept.epochs) / 10);
    expect((await cell.resumePoint())?.state.epoch ?? -1).toBeGreaterThanOrEqual(kept.state);
    for (const { epoch, link } of index.slice(-3)) {
      const before = cell.index()[epoch / 10 - 1]?.link ?? recordedOptions.firstLink;
      expect(await cell.snapshot(epoch)).toEqual(
        sampleSnapshot(epoch, before, (epoch / 10) % 4 === 0, recordedOptions),
      );
      expect((await cell.snapshot(epoch))?.link).toBe(link);
      expect(await cell.preview(epoch)).toEqual(samplePreview(epoch, 32));
    }
    expect(await verifyChain(entry)).toMatchObject({ holds: true });
  } finally {
    await notebook.close();
  }
}
