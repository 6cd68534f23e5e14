/** Makes a film: the lab draws its pictures, the worker encodes them. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { FilmOptions, FilmPicture, FilmPlan } from '../../electron/contract/exports.ts';
import { AskedWorker } from '../../experiments/tasks/asked-worker.ts';
import { pageWorkerStarter } from '../../experiments/tasks/page-worker.ts';
import type { FilmFormat, FilmReply, FilmRequest, NumberedReply, NumberedRequest } from './film-worker.ts';

/** A film and the entry that it is of. */
export type EntryFilm = FilmOptions & { readonly entryId: string };

/** Media types of film files. */
export const filmTypes: Readonly<Record<FilmFormat, string>> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  gif: 'image/gif',
  zip: 'application/zip',
};

/** A worker that encodes one film. */
class FilmWorker {
  readonly #worker = new AskedWorker<NumberedRequest, NumberedReply, FilmReply>(
    pageWorkerStarter(() => new Worker(new URL('./film-worker.ts', import.meta.url), { type: 'module' })),
    ({ reply }) => (reply.kind === 'error' ? { error: new Error(reply.message) } : { answer: reply }),
  );

  async ask<Kind extends FilmReply['kind']>(
    request: FilmRequest,
    kind: Kind,
  ): Promise<Extract<FilmReply, { kind: Kind }>> {
    const reply = await this.#worker.ask((id) => ({ id, request })).answer;
    if (reply.kind !== kind) throw new Error(`unexpected reply ${reply.kind}`);
    return reply as Extract<FilmReply, { kind: Kind }>;
  }

  end(): void {
    void this.#worker.end(null);
  }
}

/** Film formats that this browser can make at a size. */
export async function filmFormats(width: number, height: number): Promise<readonly FilmFormat[]> {
  const worker = new FilmWorker();
  try {
    return (await worker.ask({ kind: 'formats', width, height }, 'formats')).formats;
  } finally {
    worker.end();
  }
}

/** The bytes of a film. Rejects with the signal's reason after an abort; nothing is kept then. */
export async function makeFilm(
  client: LabClient,
  options: EntryFilm,
  format: FilmFormat,
  signal: AbortSignal,
  onProgress: (done: number, of: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const plan = await client.call('film.plan', options, { signal });
  const worker = new FilmWorker();
  const draw = (moment: number): Promise<FilmPicture> =>
    client.call('film.picture', { ...options, moment }, { signal });
  try {
    const { width, height, timing } = options;
    const samples = format === 'gif' ? await drawAll(sampleMoments(plan), draw) : [];
    await worker.ask({ kind: 'start', format, width, height, frameRate: timing.frameRate, samples }, 'ready');
    let next: Promise<FilmPicture> | null = null;
    for (const [at, moment] of plan.moments.entries()) {
      const image = await (next ?? draw(at));
      next = at + 1 < plan.moments.length ? draw(at + 1) : null;
      // Rejections are met where the picture is awaited.
      next?.catch(() => undefined);
      await worker.ask({ kind: 'picture', image, moment }, 'ready');
      signal.throwIfAborted();
      onProgress(at + 1, plan.moments.length);
    }
    return (await worker.ask({ kind: 'finish' }, 'file')).bytes;
  } finally {
    worker.end();
  }
}

function sampleMoments({ moments }: FilmPlan): number[] {
  const last = moments.length - 1;
  return [...new Set([0, last >> 1, last])];
}

async function drawAll(
  moments: readonly number[],
  draw: (moment: number) => Promise<FilmPicture>,
): Promise<FilmPicture[]> {
  const pictures: FilmPicture[] = [];
  for (const moment of moments) pictures.push(await draw(moment));
  return pictures;
}
