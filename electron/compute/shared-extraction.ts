/** Exact complexes whose tiles are shared out among all threads. */
import type { View } from '../../experiments/engines/engine.ts';
import { withoutMap } from '../../experiments/network/input-map.ts';
import type { Network } from '../../experiments/network/shape.ts';
import type { Complex } from '../../experiments/polytopes/complex.ts';
import type { ComplexPart } from '../../experiments/polytopes/complex-part.ts';
import { tileCount } from '../../experiments/polytopes/extract-complex.ts';
import type { ExtractionBudget } from '../../experiments/polytopes/extraction-options.ts';
import { plainViews, unfoldedComplex } from '../../experiments/polytopes/unfolded-complex.ts';
import { complexFromParts } from '../../experiments/polytopes/part-joining.ts';
import type { TilesTask } from '../../experiments/tasks/task-protocol.ts';
import { whileListening } from '../../experiments/tasks/while-listening.ts';
import { perform, type ComputeTeam } from './pool-tasks.ts';

/** What is to be extracted. */
export interface ExtractionRequest {
  readonly network: Network;
  readonly view: View;
  /** For the whole. */
  readonly budget: ExtractionBudget;
}

/**
 * The complex of a view: by one thread where it is small, else by all of them. Rejects with an ExtractionError, after an
 * abort with the signal's reason.
 */
export async function sharedExtraction(
  team: ComputeTeam,
  threads: number,
  { network, view, budget }: ExtractionRequest,
  signal: AbortSignal | undefined,
): Promise<Complex> {
  const plain = withoutMap(network);
  const complexes: Complex[] = [];
  for (const plainView of plainViews(network, view))
    complexes.push(await plainExtraction(team, threads, { network: plain, view: plainView, budget }, signal));
  return unfoldedComplex(complexes, network, view, budget);
}

/** The complex of a network that sees points as they are. */
async function plainExtraction(
  team: ComputeTeam,
  threads: number,
  { network, view, budget }: ExtractionRequest,
  signal: AbortSignal | undefined,
): Promise<Complex> {
  const shared = new Int32Array(new SharedArrayBuffer(8 + 4 * threads));
  const stop = (): void => void Atomics.store(shared, 1, 1);
  const parts: ComplexPart[] = [];
  const work = (share: Pick<TilesTask, 'tiles' | 'budget' | 'thread'>): Promise<void> =>
    perform(team, { kind: 'tiles', tiles: { network, view, shared, ...share } }, signal, (reply) => {
      if (reply.kind === 'part') parts.push(reply.part);
    });
  await whileListening(signal, stop, async () => {
    await work({ tiles: null, budget, thread: 0 });
    if (parts.length > 0) return;
    Atomics.store(shared, 2, 0);
    const share = { regions: budget.regions, bytes: Math.ceil(budget.bytes / threads) };
    const shares = Array.from({ length: threads }, (_, thread) =>
      work({ tiles: tileCount(threads), budget: share, thread }),
    );
    // One share that meets its budget ends the others.
    await Promise.all(shares.map((done) => done.catch((error: unknown) => (stop(), Promise.reject(error)))));
  });
  return complexFromParts(parts, network, view);
}
