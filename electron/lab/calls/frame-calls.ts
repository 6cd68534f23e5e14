/** Calls about what networks look like: frames, probes, points, truth. */
import type { Frame } from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { networkOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { openedEntryId } from '../../contract/opened-entry.ts';
import { noTruthText, type Probe } from '../../contract/frames.ts';
import type { ComputePool } from '../../compute/compute-pool.ts';
import { weightsEngine, weightsAt } from '../notebook/cell-weights.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CallHandlers } from './router.ts';
import { FrameService, viewOfPoint, type NetworkAt } from './frame-service.ts';
import { pictureSource, type LabContext } from './lab-context.ts';
import { openShownCell, type ShownEntry } from '../comparisons/shown-entry.ts';
import { NetworkCache } from './network-cache.ts';
import type { OpenedNetworks } from './opened-networks.ts';

type FrameCall = 'frame.render' | 'frame.probe' | 'cell.points' | 'cell.truth';

/** Handlers of the calls about frames. */
export function frameCalls(context: LabContext, networkAt: NetworkAt): CallHandlers<FrameCall> {
  const { notebook, background, pool } = context;
  const frames = new FrameService(context, networkAt);
  return {
    'frame.render': (parameters, { signal, part }) => frames.render(parameters, signal, part),
    async 'frame.probe'({ entryId, cellId, epoch, at, from }, { signal }) {
      const { network, epoch: shown } = await networkAt(entryId, cellId, epoch, signal);
      const render = (x: number, y: number): Promise<Frame> =>
        pool.renderFrame(
          {
            network,
            view: viewOfPoint(x, y),
            width: 1,
            height: 1,
            planes: { hashes: true, gradient: true, prefixes: true },
          },
          'relaxed',
          signal,
        );
      const [here, there] = await Promise.all([render(at.x, at.y), from && render(from.x, from.y)]);
      const truth = await truthAt(context, entryId, cellId, at.x, at.y);
      return { epoch: shown, truth, ...probeFrom(here, at.x, at.y), ...layerFrom(here, there, network) };
    },
    async 'cell.points'({ entryId, cellId }, { signal }) {
      const { entry, cell } = await openShownCell(notebook, entryId, cellId);
      const source = await pictureSource(entry, cell);
      return background.run('points', { source, config: cell.config }, { signal });
    },
    async 'cell.truth'({ entryId, cellId, view, width, height }, { signal }) {
      const { entry, cell } = await openShownCell(notebook, entryId, cellId);
      if (isTruthless(entry, cell.config.target)) throw new LabError('not-found', noTruthText);
      return background.run(
        'picture',
        { source: await pictureSource(entry, cell), view, width, height },
        { signal },
      );
    },
  };
}

/** Finds networks: opened ones, and those of cells: stored ones are read, others trained again from the key frame before them. */
export function networkFinder({ notebook, pool, pictures }: LabContext, opened: OpenedNetworks): NetworkAt {
  const cache = new NetworkCache();
  const adapter = rememberedAdapter(pool);
  return async (entryId, cellId, wanted, signal) => {
    if (entryId === openedEntryId) return { network: opened.network(cellId), epoch: 0, obstacle: null };
    const { cell, store, entry } = await openShownCell(notebook, entryId, cellId);
    const last = store.index().at(-1)?.epoch;
    if (last === undefined) throw new LabError('not-found', `${cell.label} has no snapshot yet.`);
    const epoch = Math.min(wanted, last);
    return cache.get(`${entryId}/${cellId}/${epoch}`, signal, async (making) => {
      const picture = await pictures.get(entry, cell.config.target);
      const engine = { ...weightsEngine(pool, picture, making), adapter };
      const { weights, ...found } = await weightsAt(cell, store, epoch, engine);
      return { ...found, network: networkOfCell(cell.config, weights) };
    });
  };
}

/** What the GPU computes on; that there is none is found out once, for that takes a process or a window. */
function rememberedAdapter(pool: ComputePool): () => Promise<string> {
  let none: Promise<string> | null = null;
  return () => {
    if (none !== null) return none;
    const adapter = pool.gpuAdapter();
    adapter.catch(() => {
      none = adapter;
    });
    return adapter;
  };
}

function probeFrom(
  { values, gradient, hashes, outputs }: Frame,
  x: number,
  y: number,
): Pick<Probe, 'values' | 'gradient' | 'offsets' | 'hash'> {
  const slopes = gradient ?? new Float32Array(2 * outputs);
  const offsets = Float32Array.from(values, (value, output) => {
    return value - slopes[2 * output] * x - slopes[2 * output + 1] * y;
  });
  const [low, high] = [hashes?.[0] ?? 0, hashes?.[1] ?? 0];
  const digits = [high, low].map((lane) => lane.toString(16).padStart(8, '0'));
  return { values, gradient: slopes, offsets, hash: digits.join('') };
}

/** First hidden layer after which the hashes of two pixels differ. */
function layerFrom(
  here: Frame,
  there: Frame | undefined,
  { shape }: Network,
): Pick<Probe, 'firstDifferentLayer'> {
  const [a, b] = [here.prefixes, there?.prefixes];
  if (a === undefined || b === undefined) return { firstDifferentLayer: null };
  const layers = Array.from({ length: shape.hidden.length }, (_, layer) => layer);
  const first = layers.find(
    (layer) => a[2 * layer] !== b[2 * layer] || a[2 * layer + 1] !== b[2 * layer + 1],
  );
  return { firstDifferentLayer: first === undefined ? null : first + 1 };
}

/** Whether a target came as points without a true picture. */
function isTruthless({ json }: Pick<ShownEntry, 'json'>, digest: string): boolean {
  return json.targets.some((target) => target.digest === digest && target.truth === false);
}

/** The truth at a point, null outside of the unit square and where nobody knows it. */
async function truthAt(
  { notebook, background }: LabContext,
  entryId: string,
  cellId: string,
  x: number,
  y: number,
): Promise<Float32Array | null> {
  if (!(x >= 0 && x < 1 && y >= 0 && y < 1) || entryId === openedEntryId) return null;
  const { entry, cell } = await openShownCell(notebook, entryId, cellId);
  if (isTruthless(entry, cell.config.target)) return null;
  const source = await pictureSource(entry, cell);
  const { levels } = await background.run('picture', {
    source,
    view: viewOfPoint(x, y),
    width: 1,
    height: 1,
  });
  return Float32Array.from(levels, (level) => level / 255);
}
