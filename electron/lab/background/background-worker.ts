/** A background worker: one thread, one task after another; pictures that were read stay at hand. */
import '../../program/node-byte-work.ts';
import { workerError } from '../../../experiments/tasks/task-protocol.ts';
import { transferablesOf } from '../../../experiments/tasks/transferables.ts';
import { unpackArchive } from '../imports/imported-entry.ts';
import { parentPort } from 'node:worker_threads';
import { baselineScores } from '../../../experiments/diagnostics/baselines.ts';
import { baselineScoresAt } from '../../../experiments/diagnostics/point-baselines.ts';
import {
  maxNetworkFileBytes,
  networkFormat,
  parseNetworkFile,
} from '../../../experiments/formats/network-file.ts';
import { encodeOnnx } from '../../../experiments/formats/onnx-model.ts';
import { encodeSafetensors } from '../../../experiments/formats/safetensors.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import { complexSummary } from '../../../experiments/polytopes/complex-summary.ts';
import { extractComplex } from '../../../experiments/polytopes/extract-complex.ts';
import { boundaryPlane, distinctCount, levelsFromValues } from '../../../experiments/engines/frame-planes.ts';
import { previewSize } from '../../../experiments/sweeps/cell-measures.ts';
import { networkOfCell, pointsOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import { targetFromPoints } from '../../../experiments/targets/own-points.ts';
import { pointsTable } from '../../../experiments/targets/points-table.ts';
import { truthFrame } from '../../../experiments/targets/truth-frame.ts';
import { knowsTruth, type Picture } from '../../../experiments/targets/picture.ts';
import { weightsAt, weightsEngine } from '../notebook/cell-weights.ts';
import { verifyChain } from '../verification/chain-level.ts';
import { exportedArchive, exportedTable } from '../exports/exported-data.ts';
import { comparisonFigure } from '../exports/comparison-figure.ts';
import { diskFileSystem, readWhole } from '../disk/files.ts';
import { verifyFrames } from '../verification/frames-level.ts';
import { LabError } from '../disk/lab-error.ts';
import type { PreviewBlock } from '../../contract/frames.ts';
import { shownEntry, type ShownEntry } from '../comparisons/shown-entry.ts';
import { openNotebook, type Notebook } from '../notebook/notebook.ts';
import { targetPicture } from '../sweeps/sweep-plan.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import type {
  BackgroundTasks,
  GridTask,
  PictureSource,
  BackgroundTaskKind,
  BackgroundMessage,
  BackgroundProgress,
  BackgroundReply,
} from './background-protocol.ts';
import { programVersion } from '../../program/assets.ts';
import { createComputePool } from '../../compute/compute-pool.ts';
import { filmPicture, filmPlan } from '../exports/open-film.ts';
import { extractionKernel, hostEngine, measuringTools } from '../../compute/thread-engines.ts';
import { chartFile } from '../exports/entry-chart.ts';
import { neededFamilies } from '../../../experiments/findings/needed-measures.ts';
import { claimsOfEntry } from '../findings/entry-claims.ts';
import { findingFile } from '../findings/finding-file.ts';
import { checkFindings } from '../findings/findings-check.ts';
import { verifyMeasures } from '../findings/measures-level.ts';
import { fillMeasures, type Measuring } from '../findings/measure-tables.ts';
import { filteredCells } from '../exports/chosen-cells.ts';
import { figureFile, figureTypes, gridDrawing, missingLetters } from '../exports/figure-file.ts';
import { onnxLibrary } from '../../compute/onnx-host.ts';
import { pageFile } from '../exports/page-file.ts';
import { readPreviewBlock } from '../notebook/preview-reads.ts';
import { plannedSweep } from '../sweeps/planned-sweep.ts';

if (parentPort === null) throw new Error('The background worker runs in a worker thread only.');
const port = parentPort;

type Performer<Kind extends BackgroundTaskKind> = (
  input: BackgroundTasks[Kind]['input'],
  onProgress: (progress: BackgroundProgress) => void,
) => Promise<BackgroundTasks[Kind]['output']> | BackgroundTasks[Kind]['output'];

const performers: { readonly [Kind in BackgroundTaskKind]: Performer<Kind> } = {
  plan: plannedSweep,
  async points({ source, config }) {
    const { training, validation } = pointsOfCell(config, await pictureOf(source));
    return { outputs: config.network.outputs, training, validation };
  },
  async baselines({ source, config, previewSize: longerSide }) {
    const picture = await pictureOf(source);
    const { width, height } = previewSize(picture, longerSide);
    const { training, validation } = pointsOfCell(config, picture);
    const stride = Math.max(picture.width, picture.height) / longerSide;
    if (!knowsTruth(picture)) return { ...baselineScoresAt(training, validation), stride };
    return { ...baselineScores(training, truthFrame(picture, unitView, width, height)), stride };
  },
  async picture({ source, view, width, height }) {
    const truth = truthFrame(await pictureOf(source), view, width, height);
    return { width, height, channels: truth.channels, levels: levelsFromValues(truth.values) };
  },
  decode: ({ source }) => pictureOf(source),
  async 'picture-size'({ source }) {
    const { width, height, channels } = await pictureOf(source);
    return { width, height, channels };
  },
  async previews({ reads }) {
    const blocks: PreviewBlock[] = [];
    for (const read of reads) blocks.push(await readPreviewBlock(read));
    return blocks;
  },
  'finish-frame': ({ frame, epoch, view, values, keepHashes }) => {
    const { width, outputs, hashes = new Uint32Array(0), firstLayers, gradient } = frame;
    const height = frame.rows.end - frame.rows.start;
    const boundary = boundaryPlane(hashes, width, height);
    return {
      epoch,
      view,
      width,
      height,
      outputs,
      values: values === 'levels' ? levelsFromValues(frame.values) : frame.values,
      boundary: boundary.bits,
      boundaryShare: boundary.share,
      distinctHashes: distinctCount(hashes),
      ...(keepHashes ? { hashes } : {}),
      ...(firstLayers === undefined ? {} : { firstLayers }),
      ...(gradient === undefined ? {} : { gradient }),
    };
  },
  async 'region-count'({ config, weights, epoch }) {
    const kernel = await extractionKernel();
    const complex = extractComplex(networkOfCell(config, weights), unitView, kernel);
    const { regions, vertices, edges, dirichlet, levelSetLength } = complexSummary(complex);
    return { epoch, regions, vertices, edges, dirichlet, levelSetLength };
  },
  chart: ({ notebook, entryId, ...task }) =>
    withShown(notebook, entryId, (entry) =>
      chartFile({ ...task, entry, program: `Creasebook ${programVersion()}` }),
    ),
  finding: ({ notebook, entryId, ...task }) =>
    withEntry(notebook, entryId, (entry) =>
      findingFile({ ...task, entry, program: `Creasebook ${programVersion()}` }),
    ),
  measure: ({ notebook, entryId }, onProgress) =>
    withEntry(notebook, entryId, async (entry) => {
      const needed = neededFamilies((await claimsOfEntry(entry)).claims.map(({ claim }) => claim));
      return fillMeasures(entry, needed, entry.json.cells, await measuringHere(onProgress));
    }),
  'verify-measures': ({ notebook, entryId, cells, snapshots }, onProgress) =>
    withEntry(notebook, entryId, async (entry) =>
      verifyMeasures(entry, { cells, rows: snapshots }, await measuringHere(onProgress)),
    ),
  'check-findings': ({ notebook, entryId }, onProgress) =>
    withEntry(notebook, entryId, async (entry) => checkFindings(entry, await measuringHere(onProgress))),
  'export-data': ({ notebook, entryId, format }, onProgress) =>
    format === 'eln'
      ? withEntry(notebook, entryId, (entry) => exportedArchive(entry, onProgress))
      : withShown(notebook, entryId, (entry) => exportedTable(entry, format)),
  async unpack({ notebook: folder, path }, onProgress) {
    const [notebook, archive] = await Promise.all([
      openNotebook(folder, { mode: 'read' }),
      diskFileSystem.open(path, 'read'),
    ]);
    try {
      const { signal } = new AbortController();
      return await unpackArchive(notebook, archive, {
        signal,
        onProgress: (done, of) => onProgress({ done, of }),
      });
    } finally {
      await archive.close();
      await notebook.close();
    }
  },
  grid: drawGrid,
  page: (task, onProgress) => pageFile(task, (done, of) => onProgress({ done, of })),
  'film-plan': filmPlan,
  'film-picture': filmPicture,
  chain: ({ notebook, entryId, cells }, onProgress) =>
    withEntry(notebook, entryId, (entry) => {
      const wanted = cellsNamed(entry, cells);
      let done = 0;
      return verifyChain(entry, () => onProgress({ done: ++done, of: wanted.length }), wanted);
    }),
  async 'read-network'({ path, name }) {
    const bytes = await readWhole(diskFileSystem, path, maxNetworkFileBytes);
    const imported = parseNetworkFile(bytes, name);
    return { digest: bytesDigest(bytes), format: networkFormat(bytes, name), imported };
  },
  'write-network': ({ network, metadata, format, isSlopeKnown }) =>
    format === 'safetensors'
      ? encodeSafetensors(network, metadata, isSlopeKnown)
      : encodeOnnx(network, metadata, format === 'onnx' ? 'float32' : 'float64'),
  frames: ({ notebook, entryId, cells, snapshots }, onProgress) =>
    withEntry(notebook, entryId, async (entry) => {
      const [library, engine] = await Promise.all([onnxLibrary(), hostEngine('strict')]);
      return verifyFrames({
        entry,
        cells: cellsNamed(entry, cells),
        library,
        renderFrame: (request) => engine.renderFrame(request),
        snapshots,
        onProgress: (done, of) => onProgress({ done, of }),
      });
    }),
};

port.on('message', (message: BackgroundMessage) => void perform(message));

function cellsNamed(entry: EntryStore, ids: readonly string[] | null): EntryStore['json']['cells'] {
  return ids === null ? entry.json.cells : ids.flatMap((id) => entry.maybeCell(id) ?? []);
}

async function perform({ id, kind, input }: BackgroundMessage): Promise<void> {
  const onProgress = (progress: BackgroundProgress): void => send({ id, kind: 'progress', progress });
  try {
    const output = await (performers[kind] as Performer<BackgroundTaskKind>)(input as never, onProgress);
    send({ id, kind: 'output', output }, handedOver(kind, output));
  } catch (error) {
    const code = error instanceof LabError ? error.code : null;
    send({ id, kind: 'error', error: { ...workerError(error), code } });
  }
}

function send(reply: BackgroundReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(reply, transfer);
}

/** Buffers of large outputs, which nobody here needs any more. */
function handedOver(kind: BackgroundTaskKind, output: unknown): ArrayBuffer[] {
  if (kind === 'finish-frame' || kind === 'film-picture') return transferablesOf(output as object);
  return kind === 'previews' ? (output as PreviewBlock[]).flatMap(transferablesOf) : [];
}

/** The picture that was read last of each kind of source. */
const known = new Map<PictureSource['kind'], { readonly key: string; readonly picture: Picture }>();

async function pictureOf(source: PictureSource): Promise<Picture> {
  if (source.kind === 'name') return targetPicture(diskFileSystem, source.target, source.folder);
  const before = known.get(source.kind);
  if (before?.key === source.digest) return before.picture;
  const isPoints = source.isPoints === true;
  const picture = isPoints
    ? targetFromPoints(await pointsTable(source.bytes), null)
    : pictureFromFile(source.bytes);
  known.set(source.kind, { key: source.digest, picture });
  return picture;
}

/** Measuring in this worker, which is ended where it is given up. */
async function measuringHere(onProgress: (progress: BackgroundProgress) => void): Promise<Measuring> {
  const { signal } = new AbortController();
  return { tools: await measuringTools(), signal, onProgress: (done, of) => onProgress({ done, of }) };
}

function withEntry<Result>(
  folder: string,
  entryId: string,
  use: (entry: EntryStore) => Promise<Result>,
): Promise<Result> {
  return withNotebook(folder, async (notebook) => use(await notebook.find(entryId)));
}

/** As withEntry, for what comparisons can do, too. */
function withShown<Result>(
  folder: string,
  entryId: string,
  use: (entry: ShownEntry) => Promise<Result>,
): Promise<Result> {
  return withNotebook(folder, async (notebook) => use(await shownEntry(notebook, entryId)));
}

async function withNotebook<Result>(
  folder: string,
  use: (notebook: Notebook) => Promise<Result>,
): Promise<Result> {
  const notebook = await openNotebook(folder, { mode: 'read' });
  try {
    return await use(notebook);
  } finally {
    await notebook.close();
  }
}

function drawGrid(
  task: GridTask,
  onProgress: (progress: BackgroundProgress) => void,
): Promise<BackgroundTasks['grid']['output']> {
  return withShown(task.notebook, task.entryId, async (entry) => {
    const pool = createComputePool(task.threads);
    try {
      const figure = await comparisonFigure({
        ...task,
        entry,
        ...(await filteredCells(entry, task.where)),
        engine: {
          renderFrame: (request) => pool.renderFrame(request, 'relaxed'),
          weightsAt: async (cell, store, picture, epoch) =>
            task.gpuWeights.get(cell.id) ?? weightsAt(cell, store, epoch, weightsEngine(pool, picture)),
        },
        program: `Creasebook ${programVersion()}`,
        onProgress: (done, of) => onProgress({ done, of }),
      });
      const name = `${entry.json.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.${task.format}`;
      const { bytes, missing } = await figureFile(gridDrawing(figure), task.format, task.options.scale);
      const remark = missingLetters(missing);
      return { name, type: figureTypes[task.format], bytes, ...(remark === null ? {} : { remark }) };
    } finally {
      await pool.close();
    }
  });
}
