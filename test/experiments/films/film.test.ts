import { decode } from 'fast-png';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createFilmEncoder } from '../../../experiments/films/film-encoder.ts';
import { filmLayout, type FilmPlan } from '../../../experiments/films/film-layout.ts';
import { filmLength, filmMoments } from '../../../experiments/films/film-schedule.ts';
import type { RgbaImage } from '../../../experiments/drawing/colouring.ts';
import { gifFrames } from './gif-reader.ts';

const all = { first: 0, last: null, every: 1 };
const plain = { frameRate: 25, holdFirst: 0, holdLast: 0 };

describe('filmMoments', () => {
  it('shows each epoch of which any cell has a snapshot, once', () => {
    const moments = filmMoments([[0, 10, 20], [0, 20, 40], []], all, plain);
    expect(moments).toEqual([0, 10, 20, 40].map((epoch) => ({ epoch, frames: 1 })));
  });

  it('keeps the range, every so many-th snapshot and always the last one', () => {
    const epochs = Array.from({ length: 12 }, (_, at) => at);
    const moments = filmMoments([epochs], { first: 1, last: 9, every: 3 }, plain);
    expect(moments.map(({ epoch }) => epoch)).toEqual([1, 4, 7, 9]);
  });

  it('holds the first and the last picture', () => {
    const moments = filmMoments([[0, 1, 2]], all, { frameRate: 25, holdFirst: 1, holdLast: 2 });
    expect(moments.map(({ frames }) => frames)).toEqual([25, 1, 50]);
    expect(filmLength(moments, 25)).toEqual({ frames: 76, seconds: 3.04 });
  });

  it('refuses a range without snapshots and numbers out of range', () => {
    expect(() => filmMoments([[5]], { first: 6, last: 9, every: 1 }, plain)).toThrow('no snapshot');
    expect(() => filmMoments([[5]], { ...all, every: 0.5 }, plain)).toThrow('every');
    expect(() => filmMoments([[5]], all, { ...plain, frameRate: NaN })).toThrow('frame rate');
    expect(() => filmMoments([[5]], all, { ...plain, holdLast: -1 })).toThrow('held');
  });
});

const square: FilmPlan = {
  width: 1920,
  height: 1080,
  rows: 1,
  columns: 6,
  canWrap: true,
  count: 6,
  aspect: { width: 1024, height: 1024 },
  zoom: 2,
  rowTitles: [],
  hasLabels: true,
};

describe('filmLayout', () => {
  it('breaks a single row where pictures get larger', () => {
    const layout = filmLayout(square);
    expect([layout.rows, layout.columns]).toEqual([2, 3]);
    expect(filmLayout({ ...square, canWrap: false }).rendered.width).toBeLessThan(layout.rendered.width);
  });

  it.each([
    ['wide', square],
    ['square', { ...square, width: 1080 }],
    ['tall, finest', { ...square, width: 720, height: 1280, zoom: 1 }],
    ['of one cell', { ...square, count: 1, columns: 1 }],
    [
      'with rows',
      { ...square, canWrap: false, rows: 3, columns: 4, rowTitles: ['seed 1', 'seed 2', 'seed 3'] },
    ],
    ['of a broad picture', { ...square, aspect: { width: 640, height: 400 } }],
    ['without labels', { ...square, hasLabels: false }],
  ] as const)('keeps pictures of a film %s inside and apart', (_, plan) => {
    const layout = filmLayout(plan);
    const panels = Array.from({ length: layout.rows * layout.columns }, (_, at) =>
      layout.panel(Math.floor(at / layout.columns), at % layout.columns),
    );
    for (const { x, y, width, height } of panels) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(plan.width);
      expect(y + height).toBeLessThanOrEqual(plan.height);
      expect([width, height]).toEqual([
        layout.rendered.width * plan.zoom,
        layout.rendered.height * plan.zoom,
      ]);
    }
    for (const [at, one] of panels.entries()) {
      for (const other of panels.slice(at + 1)) {
        const isApart = one.x + one.width <= other.x || other.y >= one.y + one.height;
        expect(isApart).toBe(true);
      }
    }
  });

  it('refuses films that are too small for their pictures', () => {
    expect(() => filmLayout({ ...square, width: 64, height: 64 })).toThrow('make it larger');
  });
});

/** A 20 x 10 picture whose left half is of one colour, and the rest of another. */
function halves(left: number, right: number): RgbaImage {
  const bytes = new Uint8Array(20 * 10 * 4).fill(255);
  for (let pixel = 0; pixel < 200; pixel++)
    bytes.fill(pixel % 20 < 10 ? left : right, 4 * pixel, 4 * pixel + 3);
  return { width: 20, height: 10, bytes };
}

const shown = [halves(0, 255), halves(0, 128), halves(77, 128)];
const moments = [
  { epoch: 0, frames: 3 },
  { epoch: 10, frames: 1 },
  { epoch: 200, frames: 2 },
];

function encoded(format: 'gif' | 'zip', frameRate: number): Uint8Array {
  const encoder = createFilmEncoder(format, frameRate, shown);
  const parts = shown.flatMap((image, at) => encoder.add(image, moments[at]));
  return Buffer.concat([...parts, ...encoder.finish()]);
}

describe('createFilmEncoder', () => {
  it('zips every picture as a PNG, pixel for pixel, the same bytes each time', () => {
    const bytes = encoded('zip', 25);
    const files = unzipSync(bytes);
    expect(Object.keys(files)).toEqual([
      'frame-00001-epoch-0.png',
      'frame-00004-epoch-10.png',
      'frame-00005-epoch-200.png',
    ]);
    Object.values(files).forEach((file, at) => {
      const { data, channels } = decode(file);
      expect(channels).toBe(1);
      expect([...data]).toEqual([...shown[at].bytes].filter((_, index) => index % 4 === 0));
    });
    expect(encoded('zip', 25)).toEqual(bytes);
  });

  it('writes a GIF whose frames show the pictures and whose times do not drift', () => {
    const frames = gifFrames(encoded('gif', 30));
    expect(frames.map(({ hundredths }) => hundredths)).toEqual([10, 3, 7]);
    frames.forEach(({ pixels }, at) => {
      pixels.forEach(([red, green, blue], pixel) => {
        const wanted = shown[at].bytes[4 * pixel];
        // 255 evenly spaced greys.
        expect(Math.max(...[red, green, blue].map((value) => Math.abs(value - wanted)))).toBeLessThanOrEqual(
          1,
        );
      });
    });
  });
});
