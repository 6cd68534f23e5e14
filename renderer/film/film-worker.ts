/** Encodes films off the main thread: MP4 and WebM with the browser's encoders, GIF and zipped frames with our own. */
import {
  BufferTarget,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  QUALITY_HIGH,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
  type VideoCodec,
} from 'mediabunny';
import { createFilmEncoder } from '../../experiments/films/film-encoder.ts';
import type { FilmMoment } from '../../experiments/films/film-schedule.ts';
import type { RgbaImage } from '../../experiments/drawing/colouring.ts';

/** Formats that the page can write. */
export type FilmFormat = 'mp4' | 'webm' | 'gif' | 'zip';

/** To the worker. Pictures come in order; each is answered before the next one is sent. */
export type FilmRequest =
  /** Which of the video formats this browser can encode at that size. */
  | { readonly kind: 'formats'; readonly width: number; readonly height: number }
  | {
      readonly kind: 'start';
      readonly format: FilmFormat;
      readonly width: number;
      readonly height: number;
      readonly frameRate: number;
      /** Some pictures of the film, for a GIF's colours. */
      readonly samples: readonly RgbaImage[];
    }
  | { readonly kind: 'picture'; readonly image: RgbaImage; readonly moment: FilmMoment }
  | { readonly kind: 'finish' };

/** Messages from the film's worker. */
export type FilmReply =
  | { readonly kind: 'formats'; readonly formats: readonly FilmFormat[] }
  | { readonly kind: 'ready' }
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'error'; readonly message: string };

/** A request as it crosses. */
export interface NumberedRequest {
  readonly id: number;
  readonly request: FilmRequest;
}

/** A reply as it crosses, with the number of its request. */
export interface NumberedReply {
  readonly id: number;
  readonly reply: FilmReply;
}

interface Encoding {
  add(image: RgbaImage, moment: FilmMoment): Promise<void>;
  finish(): Promise<Uint8Array<ArrayBuffer>>;
}

const codecs: Readonly<Record<'mp4' | 'webm', readonly VideoCodec[]>> = {
  mp4: ['avc', 'av1', 'hevc'],
  webm: ['vp9', 'vp8', 'av1'],
};

let encoding: Encoding | null = null;

self.addEventListener('message', ({ data: { id, request } }: MessageEvent<NumberedRequest>) => {
  const send = (reply: FilmReply): void =>
    self.postMessage({ id, reply } satisfies NumberedReply, {
      transfer: reply.kind === 'file' ? [reply.bytes.buffer] : [],
    });
  replyTo(request).then(send, (error: unknown) => {
    send({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
  });
});

async function replyTo(request: FilmRequest): Promise<FilmReply> {
  if (request.kind === 'formats') return { kind: 'formats', formats: await formatsFor(request) };
  if (request.kind === 'start') {
    encoding = await startEncoding(request);
    return { kind: 'ready' };
  }
  if (encoding === null) throw new Error('No film has been started.');
  if (request.kind === 'picture') {
    await encoding.add(request.image, request.moment);
    return { kind: 'ready' };
  }
  const bytes = await encoding.finish();
  encoding = null;
  return { kind: 'file', bytes };
}

function codecFor(
  format: 'mp4' | 'webm',
  size: { width: number; height: number },
): Promise<VideoCodec | null> {
  const { width, height } = size;
  return getFirstEncodableVideoCodec([...codecs[format]], { width, height, quality: QUALITY_HIGH });
}

async function formatsFor(size: { width: number; height: number }): Promise<FilmFormat[]> {
  const found: FilmFormat[] = [];
  for (const format of ['mp4', 'webm'] as const) {
    if ((await codecFor(format, size)) !== null) found.push(format);
  }
  return [...found, 'gif', 'zip'];
}

function startEncoding(request: Extract<FilmRequest, { kind: 'start' }>): Promise<Encoding> {
  const { format, frameRate, samples } = request;
  if (format === 'mp4' || format === 'webm') return startVideo(format, request);
  const encoder = createFilmEncoder(format, frameRate, samples);
  const parts: Uint8Array[] = [];
  return Promise.resolve({
    add: (image, moment) => Promise.resolve(void parts.push(...encoder.add(image, moment))),
    async finish() {
      parts.push(...encoder.finish());
      return new Uint8Array(await new Blob(parts.map((part) => new Uint8Array(part))).arrayBuffer());
    },
  });
}

async function startVideo(
  format: 'mp4' | 'webm',
  { width, height, frameRate }: Extract<FilmRequest, { kind: 'start' }>,
): Promise<Encoding> {
  const codec = await codecFor(format, { width, height });
  if (codec === null)
    throw new Error(`This browser cannot encode ${format} films of ${width} x ${height} pixels.`);
  const target = new BufferTarget();
  const output = new Output({
    format: format === 'mp4' ? new Mp4OutputFormat() : new WebMOutputFormat(),
    target,
  });
  const source = new VideoSampleSource({ codec, quality: QUALITY_HIGH });
  output.addVideoTrack(source, { frameRate });
  await output.start();
  let frame = 0;
  return {
    async add(image, { frames }) {
      for (let repeat = 0; repeat < frames; repeat++) {
        const sample = new VideoSample(image.bytes, {
          format: 'RGBA',
          codedWidth: width,
          codedHeight: height,
          timestamp: frame / frameRate,
          duration: 1 / frameRate,
        });
        await source.add(sample);
        sample.close();
        frame += 1;
      }
    },
    async finish() {
      await output.finalize();
      if (target.buffer === null) throw new Error('The encoder returned no file.');
      return new Uint8Array(target.buffer);
    },
  };
}
