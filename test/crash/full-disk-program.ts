/**
 * A program on a disk that becomes full. `fill DIR`: records a cell until that fails, makes room by deleting the file
 * `ballast`, does the same again, and prints what happened. `open DIR`: opens the notebook for writing, then for reading.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { LabError } from '../../electron/lab/disk/lab-error.ts';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { samplePreview, sampleSnapshot } from '../experiments/records/sample-records.ts';
import { recordedCell, recordedEntry, recordedOptions } from './recorded-cell.ts';

const [, , mode, dir] = process.argv;

interface Report {
  kept: number;
  errors: { code: string; message: string }[];
  holds: boolean;
  ended: string;
}

const report: Report = { kept: 0, errors: [], holds: false, ended: '' };

/** Error of a step that has to fail with a LabError, or null where it succeeded. */
async function errorOf(step: () => Promise<unknown>): Promise<LabError | null> {
  try {
    await step();
    return null;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    report.errors.push({ code: error.code, message: error.message });
    return error;
  }
}

async function fill(): Promise<void> {
  const notebook = await openNotebook(dir, { mode: 'write' });
  const entry =
    (await notebook.findForSweep(recordedEntry.name, [recordedCell.id])) ??
    (await notebook.create(recordedEntry));
  const cell = await entry.cell(recordedCell.id);
  const append = (): Promise<void> => {
    const { link = recordedOptions.firstLink, epoch = -10 } = cell.index().at(-1) ?? {};
    const number = epoch / 10 + 1;
    return cell.appendSnapshot(
      sampleSnapshot(10 * number, link, number % 4 === 0, recordedOptions),
      samplePreview(10 * number, 32),
    );
  };
  while (report.errors.length === 0 && cell.index().length < 150) await errorOf(append);
  await errorOf(append);
  // More than what is too little for a record.
  const environment = Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((line) => [`line ${line}`, 'x'.repeat(9000)]),
  );
  await errorOf(() => entry.addReceipt({ level: 'chain', holds: true, environment, cells: [] }));
  rmSync(join(dir, 'ballast'), { force: true });
  report.ended = (await errorOf(append)) === null ? 'went on' : 'still full';
  await errorOf(() => entry.setCellSummary(cell.id));
  report.kept = cell.index().length;
  await errorOf(() => notebook.close());
  const reading = await openNotebook(dir, { mode: 'read' });
  report.holds = (await verifyChain(await reading.find(entry.id))).holds;
  await reading.close();
}

async function openOnly(): Promise<void> {
  await errorOf(async () => (await openNotebook(dir, { mode: 'write' })).close());
  const reading = await openNotebook(dir, { mode: 'read' });
  report.kept = (await reading.list()).length;
  await reading.close();
}

await (mode === 'fill' ? fill() : openOnly());
process.stdout.write(JSON.stringify(report));
