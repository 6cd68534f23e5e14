/** Films through ffmpeg where a machine has it: raw frames in, an MP4 or WebM file out. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { RgbaImage } from '../../../experiments/drawing/colouring.ts';

/** Formats that ffmpeg writes. */
export type VideoFormat = 'mp4' | 'webm';

const encoders: Readonly<Record<VideoFormat, readonly string[]>> = {
  mp4: ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '17', '-movflags', '+faststart', '-f', 'mp4'],
  webm: [
    ...['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '7', '-row-mt', '1'],
    ...['-crf', '24', '-b:v', '0', '-f', 'webm'],
  ],
};

/** Whether an `ffmpeg` can be started. */
export function hasFfmpeg(): boolean {
  return spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
}

/** A video: its format, its size in pixels, its frames a second. */
export interface VideoOptions {
  readonly format: VideoFormat;
  /** Even numbers of pixels. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Where ffmpeg writes. */
  readonly path: string;
}

/** Takes the frames of a film in order; either finished or abandoned. */
export interface VideoWriter {
  /** Shows a picture for so many frames. Waits where the encoder is behind. */
  add(image: RgbaImage, frames: number): Promise<void>;
  /** Waits until the file is whole. */
  finish(): Promise<void>;
  /** Ends the encoder at once; what it wrote is of no use. */
  abandon(): Promise<void>;
}

/** Starts an encoder. Its methods throw with ffmpeg's own last words where it fails. */
export function startVideo({ format, width, height, frameRate, path }: VideoOptions): VideoWriter {
  const child = spawn(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
      ...[
        '-f',
        'rawvideo',
        '-pix_fmt',
        'rgba',
        '-s',
        `${width}x${height}`,
        '-r',
        String(frameRate),
        '-i',
        '-',
      ],
      ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv', '-pix_fmt', 'yuv420p'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
      ...encoders[format],
      path,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let words = '';
  child.stderr.on('data', (part: Buffer) => (words = (words + part.toString('utf8')).slice(-2000)));
  // A pipe that breaks is told by the exit code.
  child.stdin.on('error', () => undefined);
  const ended = endOf(child);
  const failure = (): Error => {
    const last = words.trim().split('\n').at(-1) ?? '';
    return new Error(`ffmpeg failed${last === '' ? '' : `: ${last}`}`);
  };
  return {
    async add(image, frames) {
      for (let frame = 0; frame < frames; frame++) {
        if (child.exitCode !== null) throw failure();
        if (!child.stdin.write(image.bytes)) await Promise.race([once(child.stdin, 'drain'), ended]);
      }
    },
    async finish() {
      child.stdin.end();
      if ((await ended) !== 0) throw failure();
    },
    async abandon() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The exit code; null where it was ended by a signal or could not be started. */
function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
}
