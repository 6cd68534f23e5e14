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

/** A few bands a thread, so that no thread waits long for the slowest; small frames stay whole. */
function bandsOf(request: FrameRequest, threads: number): { start: number; end: number }[] {
  const rows = request.rows ?? { start: 0, end: request.height };
  const count = rows.end - rows.start;
  const pixels = count * request.width;
  const bands = threads === 1 || pixels < 4096 ? 1 : Math.min(count, threads * 4);
  return Array.from({ length: bands }, (_, band) => ({
    start: rows.start + Math.floor((band * count) / bands),
    end: rows.start + Math.floor(((band + 1) * count) / bands),
  }));
}
