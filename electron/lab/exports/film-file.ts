/** A film written into a file, whole or not at all. */
import { createFilmEncoder, type PlainFilmFormat } from '../../../experiments/films/film-encoder.ts';
import type { RgbaImage } from '../../../experiments/drawing/colouring.ts';
import type { Film } from './film.ts';
import { startVideo, type VideoFormat } from './ffmpeg.ts';
import { replaceBy, writeParts, type FileSystem } from '../disk/files.ts';

/** Formats that the command line writes. */
export type FilmFormat = VideoFormat | PlainFilmFormat;

/** Where and how a film is written. */
export interface FilmFileOptions {
  readonly fs: FileSystem;
  readonly path: string;
  readonly format: FilmFormat;
  readonly frameRate: number;
  /** An abort leaves no file behind and rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Pictures encoded so far. */
  onProgress(done: number): void;
}

/** Draws and encodes a film. Throws LabError where the file cannot be written, Error with ffmpeg's words where that fails. */
export async function writeFilm(film: Film, options: FilmFileOptions): Promise<void> {
  const { fs, path, format } = options;
  await replaceBy(fs, path, (temporary) =>
    format === 'gif' || format === 'zip'
      ? writeParts(fs, temporary, encodedParts(film, format, options))
      : writeVideo(film, format, temporary, options),
  );
}

async function* encodedParts(
  film: Film,
  format: PlainFilmFormat,
  options: FilmFileOptions,
): AsyncGenerator<Uint8Array> {
  const samples = format === 'gif' ? await samplePictures(film) : [];
  const encoder = createFilmEncoder(format, options.frameRate, samples);
  for await (const { image, at } of pictures(film, options)) {
    yield* encoder.add(image, film.moments[at]);
  }
  yield* encoder.finish();
}

async function writeVideo(
  film: Film,
  format: VideoFormat,
  path: string,
  options: FilmFileOptions,
): Promise<void> {
  const { width, height } = film;
  const video = startVideo({ format, width, height, frameRate: options.frameRate, path });
  try {
    for await (const { image, at } of pictures(film, options))
      await video.add(image, film.moments[at].frames);
    await video.finish();
  } catch (error) {
    await video.abandon();
    throw error;
  }
}

/** First, middle and last picture: the colours of a film. */
async function samplePictures(film: Film): Promise<RgbaImage[]> {
  const last = film.moments.length - 1;
  const samples: RgbaImage[] = [];
  for (const at of new Set([0, last >> 1, last])) samples.push(await film.picture(at));
  return samples;
}

/** All pictures in order; the next one is drawn while this one is encoded. */
async function* pictures(
  film: Film,
  { signal, onProgress }: FilmFileOptions,
): AsyncGenerator<{ image: RgbaImage; at: number }> {
  let next: Promise<RgbaImage> | null = null;
  try {
    for (let at = 0; at < film.moments.length; at++) {
      signal.throwIfAborted();
      const image = await (next ?? film.picture(at));
      next = at + 1 < film.moments.length ? film.picture(at + 1) : null;
      yield { image, at };
      onProgress(at + 1);
    }
  } finally {
    await next?.catch(() => undefined);
  }
}
