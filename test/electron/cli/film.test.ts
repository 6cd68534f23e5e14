import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasFfmpeg } from '../../../electron/lab/exports/ffmpeg.ts';
import { lab, labJson, startLab, temporaryLab, type ShownEntry } from './lab-process.ts';

interface FilmResult {
  readonly frames: number;
  readonly seconds: number;
  readonly rendered: { readonly width: number; readonly height: number };
  readonly panels: readonly {
    readonly cellId: string;
    readonly place: {
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    };
  }[];
  readonly moments: readonly { readonly epoch: number; readonly frames: number }[];
}

/** Grey levels of a PNG; it must not be in colour. */
function greys(png: Uint8Array): { width: number; levels: number[] } {
  const { width, data, channels } = decode(png);
  const levels = Array.from({ length: data.length / channels }, (_, at) => data[at * channels]);
  return { width, levels };
}

describe('film', () => {
  const place = temporaryLab();
  const there = ['--notebook', place.notebook];
  const out = (name: string): string => join(place.folder, name);
  const film = (name: string, ...args: string[]): Promise<FilmResult> =>
    labJson<FilmResult>('film', 'tiny', ...there, '--out', out(name), ...args);
  beforeAll(async () => void (await labJson('run', place.sweep, ...there)));
  afterAll(place.remove);

  it.each([1, 2])(
    'shows in frame n what frame draws of that epoch, pixel for pixel, zoom %s',
    async (zoom) => {
      const made = await film('frames.zip', '--size', '640x360', '--zoom', String(zoom));
      const files = Object.entries(unzipSync(readFileSync(out('frames.zip'))));
      expect(files).toHaveLength(made.moments.length);
      const { cells } = await labJson<ShownEntry>('show', 'tiny', ...there);
      expect(made.panels.map(({ cellId }) => cellId).sort()).toEqual(cells.map(({ id }) => id).sort());
      const last = made.moments.length - 1;
      // Every place of the picture once, and a moment of each kind.
      for (const [turn, { cellId, place: panel }] of made.panels.entries()) {
        const at = [0, 3, last][turn % 3]!;
        const [name, png] = files[at]!;
        expect(name).toContain(`epoch-${made.moments[at]!.epoch}.png`);
        const whole = greys(png);
        const epoch = String(made.moments[at]!.epoch);
        const size = ['--size', String(made.rendered.width), '--out', out('frame.png')];
        await labJson('frame', 'tiny', ...there, '--cell', cellId, '--epoch', epoch, ...size);
        const wanted = greys(readFileSync(out('frame.png')));
        const seen = wanted.levels.map((_, pixel) => {
          const x = panel.x + zoom * (pixel % wanted.width);
          const y = panel.y + zoom * Math.floor(pixel / wanted.width);
          return whole.levels[y * whole.width + x];
        });
        expect(seen).toEqual(wanted.levels);
      }
    },
  );

  it.skipIf(!hasFfmpeg())('makes MP4 and WebM files of the length it states', async () => {
    for (const name of ['film.mp4', 'film.webm']) {
      const made = await film(name, '--size', '320x180', '--hold-first', '0.2', '--hold-last', '0.4');
      const probe = spawnSync(
        'ffprobe',
        [
          '-v',
          'error',
          '-count_frames',
          '-show_entries',
          'stream=width,height,nb_read_frames:format=duration',
          '-of',
          'json',
          out(name),
        ],
        { encoding: 'utf8' },
      );
      const { streams, format } = JSON.parse(probe.stdout) as {
        streams: { width: number; height: number; nb_read_frames: string }[];
        format: { duration: string };
      };
      expect([streams[0]!.width, streams[0]!.height]).toEqual([320, 180]);
      expect(Number(streams[0]!.nb_read_frames)).toBe(made.frames);
      expect(Math.abs(Number(format.duration) - made.seconds)).toBeLessThan(0.05);
    }
  });

  it.skipIf(hasFfmpeg())('says what to do where there is no ffmpeg', async () => {
    const result = await lab('film', 'tiny', ...there, '--out', out('film.mp4'));
    expect([result.code, result.stderr]).toEqual([1, expect.stringContaining('needs ffmpeg')]);
  });

  it.each([
    [['--out', 'film.avi'], '.mp4, .webm, .gif or .zip'],
    [['--out', 'f.gif', '--size', '101x100'], 'even numbers'],
    [['--out', 'f.gif', '--size', '64x64'], 'make it larger'],
    [['--out', 'f.gif', '--epochs', '9-3'], 'FIRST-LAST'],
    [['--out', 'f.gif', '--epochs', '9000-'], 'no snapshot'],
    [['--out', 'f.gif', '--rate', '1000'], '--rate'],
    [['--out', 'f.gif', '--x', 'colour'], "no axis 'colour'"],
  ])('answers %s with one clear line', async (args, words) => {
    const result = await startLab(['film', 'tiny', ...there, ...args], { cwd: place.folder }).result;
    expect([result.code, result.stderr.trimEnd().split('\n')]).toEqual([2, [expect.stringContaining(words)]]);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const before = readdirSync(place.folder).sort();
    const args = ['film', 'tiny', ...there, '--size', '1280x720', '--zoom', '1', '--out', out('stopped.gif')];
    const { child, result } = startLab(args);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { code, stderr } = await result;
    expect([code, stderr]).toEqual([130, expect.stringContaining('no file was written')]);
    expect(readdirSync(place.folder).sort()).toEqual(before);
  });
});
