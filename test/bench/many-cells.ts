/**
 * An entry of very many cells, made in moments: its records are packed as those of finished cells are, copies of a few
 * cells' ones under the ids of all. For measuring; its chains are those of other cells and do not verify.
 */
import { join } from 'node:path';
import { diskFileSystem, writeWhole } from '../../electron/lab/disk/files.ts';
import { cellsIndexBytes, cellsIndexName } from '../../electron/lab/notebook/cells-index-file.ts';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { Packs, partOfCell, type PackPart } from '../../electron/lab/notebook/packs.ts';
import type { CellRow } from '../../experiments/entries/cells-index.ts';
import { encodeRecord } from '../../experiments/records/record-codec.ts';
import { encodeLogFrame } from '../../experiments/records/record-log.ts';
import { concatenated } from '../../experiments/bytes/concatenated.ts';
import type { SweepCell } from '../../experiments/sweeps/cell.ts';
import { builtInPicture } from '../../experiments/targets/built-in.ts';
import { pictureDigest } from '../../experiments/targets/digest.ts';
import { pngFromPicture } from '../../experiments/targets/png.ts';
import { sampleCell, samplePreview, sampleSnapshot } from '../experiments/records/sample-records.ts';
import { firstLink } from '../../experiments/records/digests.ts';

const templates = 50;
const cellsAPack = 5000;
const picture = builtInPicture('ring');
const target = pictureDigest(picture);

/** Cells over points and seeds, as square as their number lets. */
function cellsOf(count: number): SweepCell[] {
  const columns = Math.ceil(Math.sqrt(count));
  return Array.from({ length: count }, (_, at): SweepCell => {
    const [points, seed] = [50 + 10 * (at % columns), 1 + Math.floor(at / columns)];
    const id = (BigInt(at + 1) * 0x9e3779b97f4a7c15n).toString(16).slice(-16).padStart(16, '0');
    const { config } = sampleCell();
    return {
      id,
      label: `[4]*2, ${points} points, seed ${seed}`,
      axes: { points, seed },
      config: { ...config, target, data: { ...config.data, points }, seed },
      epochs: 40,
    };
  });
}

interface Template {
  readonly row: Omit<CellRow, 'id'>;
  readonly records: Uint8Array;
  readonly previews: Uint8Array;
}

/** Records of a cell of five snapshots that fall to an error of its own. */
function templateOf(number: number): Template {
  const share = (1 + number) / templates;
  let link = firstLink('0000000000000000');
  const snapshots = Array.from({ length: 5 }, (_, at) => {
    const made = sampleSnapshot(10 * at, link, false, { weights: 37 });
    link = made.link;
    const mse = 0.05 / (1 + at) + 0.02 * share;
    const truth = { stride: 1, mse, iou: share * (at / 4) };
    return {
      ...made,
      metrics: { ...made.metrics, trainMse: mse / 2, truth, fineTruth: at === 4 ? truth : null },
    };
  });
  const time = '2026-11-20T12:00:00.000Z';
  const records = concatenated(
    [
      encodeRecord({ type: 'event', time, event: { kind: 'started', engine: 'wasm', environment: {} } }),
      ...snapshots.map((snapshot) => encodeRecord({ type: 'snapshot', snapshot })),
      encodeRecord({ type: 'event', time, event: { kind: 'finished', epoch: 40, reason: 'goal' } }),
    ].map(encodeLogFrame),
  );
  const previews = concatenated(
    snapshots.map(({ metrics }) =>
      encodeLogFrame(encodeRecord({ type: 'preview', preview: samplePreview(metrics.epoch, 32) })),
    ),
  );
  const { metrics, seconds } = snapshots[4];
  const { trainMse, validationMse, truth, distinctHashes } = metrics;
  return {
    row: {
      state: 'finished',
      reach: 40,
      started: time,
      lastEpoch: 40,
      lastLink: link,
      seconds,
      snapshots: 5,
      recordBytes: records.length,
      previewBytes: previews.length,
      figures: { trainMse, validationMse, truth, distinctHashes },
    },
    records,
    previews,
  };
}

/** Makes a notebook with one entry of so many cells in a folder; the entry's id. */
export async function manyCells(folder: string, count: number): Promise<string> {
  const made = Array.from({ length: templates }, (_, number) => templateOf(number));
  const cells = cellsOf(count);
  const notebook = await openNotebook(folder, { mode: 'write' });
  const { id, path } = await notebook.create({
    name: 'many cells',
    title: `${count} cells`,
    sweepText: 'name: many cells\ntarget: ring\n',
    cells,
    snapshots: { policy: { kind: 'every', epochs: 10 }, keyFrameEvery: 4, previewSize: 32, truthStride: 4 },
    targets: [{ digest: target, png: pngFromPicture(picture) }],
    environment: {},
    created: new Date('2026-11-20T12:00:00Z'),
  });
  await notebook.close();
  const told = cells.map(({ id: cellId, axes }, at) => {
    const template = made[(at * 7 + Number(axes['seed'])) % templates];
    return { template, row: { id: cellId, ...template.row } };
  });
  for (let from = 0; from < count; from += cellsAPack)
    await new Packs(diskFileSystem, path).write(partsOf(told.slice(from, from + cellsAPack)));
  await writeWhole(diskFileSystem, join(path, cellsIndexName), cellsIndexBytes(told.map(({ row }) => row)));
  return id;
}

async function* partsOf(
  cells: readonly { readonly template: Template; readonly row: CellRow }[],
): AsyncGenerator<PackPart> {
  for (const { template, row } of cells)
    yield await Promise.resolve(partOfCell(row, template.records, template.previews));
}
