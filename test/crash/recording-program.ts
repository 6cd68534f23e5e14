/**
 * A program that records one cell until it is killed: opens the notebook (argument 2), goes on where the records end,
 * and prints every epoch it has been told is kept.
 */
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { samplePreview, sampleSnapshot, sampleState } from '../experiments/records/sample-records.ts';
import { recordedCell, recordedEntry, recordedOptions, recordedSnapshots } from './recorded-cell.ts';

const notebook = await openNotebook(process.argv[2], { mode: 'write' });
const entry =
  (await notebook.findForSweep(recordedEntry.name, [recordedCell.id])) ??
  (await notebook.create(recordedEntry));
const cell = await entry.cell(recordedCell.id);
const environment = { version: '0.1.0' };
const resume = await cell.resumePoint();
await cell.appendEvent(
  resume === null
    ? { kind: 'started', engine: 'wasm', environment }
    : { kind: 'resumed', epoch: resume.state.epoch, engine: 'wasm', environment },
);
await entry.setCellSummary(cell.id);
process.stdout.write(`open ${resume?.recordedEpoch ?? -1}\n`);

let link = cell.index().at(-1)?.link ?? null;
for (let number = cell.index().length; number < recordedSnapshots; number++) {
  const snapshot = sampleSnapshot(
    number * 10,
    link ?? recordedOptions.firstLink,
    number % 4 === 0,
    recordedOptions,
  );
  await cell.appendSnapshot(snapshot, samplePreview(number * 10, 32));
  process.stdout.write(`kept ${number * 10}\n`);
  link = snapshot.link;
  if (number % 5 === 0) {
    await cell.appendState(sampleState(number * 10 + 5, recordedOptions));
    process.stdout.write(`state ${number * 10 + 5}\n`);
    await entry.setCellSummary(cell.id);
  }
}
await cell.appendEvent({ kind: 'finished', epoch: (recordedSnapshots - 1) * 10, reason: 'goal' });
await entry.setCellSummary(cell.id);
await notebook.close();
process.stdout.write('done\n');
