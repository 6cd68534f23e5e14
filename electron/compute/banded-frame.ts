/** Frames whose bands are rendered by all threads. */
import type { EngineChoice, Frame, FrameRequest } from '../../experiments/engines/engine.ts';
import { joinBands } from '../../experiments/engines/frame-bands.ts';
import { resultOf, type ComputeTeam } from './pool-tasks.ts';

/** The frame of a request, anchored unless it says otherwise; after an abort it rejects with the signal's reason. */
export async function bandedFrame(
  team: ComputeTeam,
  threads: number,
  request: FrameRequest,
  engine: EngineChoice,
  signal: AbortSignal | undefined,
): Promise<Frame> {
  const bands = bandsOf(request, threads).map(async (rows) => {
    const band = { precision: 'anchored', ...request, rows } as const;
    const { frame } = await resultOf(team, { kind: 'frame', request: band, engine }, 'frame', signal);
    return frame;
  });
  return joinBands(await Promise.all(bands));
}

/** Rows that the kernels compute together, those of a block: bands that cut through one would compute it twice. */
const blockRows = 32;

/** A few bands a thread, of whole rows of blocks, so that no thread waits long for the slowest; small frames stay whole. */
function bandsOf(request: FrameRequest, threads: number): { start: number; end: number }[] {
  const rows = request.rows ?? { start: 0, end: request.height };
  const first = Math.floor(rows.start / blockRows);
  const count = Math.ceil(rows.end / blockRows) - first;
  const bands = threads === 1 ? 1 : Math.max(1, Math.min(count, threads * 4));
  const rowOf = (band: number): number => blockRows * (first + Math.floor((band * count) / bands));
  return Array.from({ length: bands }, (_, band) => ({
    start: Math.max(rows.start, rowOf(band)),
    end: Math.min(rows.end, rowOf(band + 1)),
  }));
}
