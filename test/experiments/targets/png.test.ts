import { encode } from 'fast-png';
import fc from 'fast-check';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { pictureFromFile, readPictureFile } from '../../../experiments/targets/picture-file.ts';
import { pngFromPicture } from '../../../experiments/targets/png.ts';
import { TargetError } from '../../../experiments/targets/target-error.ts';
import { adam7Lines, pngChunk, pngFile } from './png-builder.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

const grey = (width: number, height: number, bytes: number[]): Picture => ({
  width,
  height,
  channels: 1,
  bytes: Uint8Array.from(bytes),
});
const colour = (width: number, height: number, bytes: number[]): Picture => ({
  ...grey(width, height, bytes),
  channels: 3,
});

describe('pictures of PNG files', () => {
  it.each([
    { depth: 1, lines: [[0b10100000], [0b01000000]], bytes: [255, 0, 255, 0, 255, 0] },
    { depth: 2, lines: [[0b00011000], [0b11000000]], bytes: [0, 85, 170, 255, 0, 0] },
    {
      depth: 4,
      lines: [
        [0x0f, 0x80],
        [0x12, 0x30],
      ],
      bytes: [0, 255, 136, 17, 34, 51],
    },
    {
      depth: 8,
      lines: [
        [1, 2, 3],
        [4, 5, 255],
      ],
      bytes: [1, 2, 3, 4, 5, 255],
    },
    {
      depth: 16,
      lines: [
        [0, 0, 0xff, 0xff, 0x80, 0x80],
        [0, 0x80, 0, 0x81, 0x7f, 0xff],
      ],
      bytes: [0, 255, 128, 0, 1, 127],
    },
  ])('reads grey of $depth bits', ({ depth, lines, bytes }) => {
    expect(pictureFromFile(pngFile({ width: 3, height: 2, depth, colourType: 0, lines }))).toEqual(
      grey(3, 2, bytes),
    );
  });

  it('lays transparent parts over white', () => {
    const lines = [[0, 255, 0, 0, 100, 128]];
    expect(pictureFromFile(pngFile({ width: 3, height: 1, depth: 8, colourType: 4, lines }))).toEqual(
      grey(3, 1, [0, 255, 177]),
    );
    const rgba = [[255, 0, 0, 255, 255, 0, 0, 51]];
    expect(pictureFromFile(pngFile({ width: 2, height: 1, depth: 8, colourType: 6, lines: rgba }))).toEqual(
      colour(2, 1, [255, 0, 0, 255, 204, 204]),
    );
  });

  it('treats the transparent colour of pictures without alpha as white', () => {
    const file = (chunk: number[], colourType: number, lines: number[][]) =>
      pictureFromFile(
        pngFile({
          width: 2,
          height: 1,
          depth: 8,
          colourType,
          lines,
          chunks: [{ type: 'tRNS', content: chunk }],
        }),
      );
    expect(file([0, 7], 0, [[7, 8]])).toEqual(grey(2, 1, [255, 8]));
    expect(file([0, 1, 0, 2, 0, 3], 2, [[1, 2, 3, 1, 2, 4]])).toEqual(colour(2, 1, [255, 255, 255, 1, 2, 4]));
  });

  it.each([1, 2, 4, 8])('reads palettes of %i bits, with and without transparency', (depth) => {
    const palette = { type: 'PLTE', content: [10, 20, 30, 200, 100, 0] };
    const indices = [0, 1, 1];
    const packed =
      depth === 8
        ? indices
        : [indices.reduce((byte, index, at) => byte | (index << (8 - depth * (at + 1))), 0)];
    const lines = depth === 4 ? [[0x01, 0x10]] : [packed];
    const recipe = { width: 3, height: 1, depth, colourType: 3, lines };
    expect(pictureFromFile(pngFile({ ...recipe, chunks: [palette] }))).toEqual(
      colour(3, 1, [10, 20, 30, 200, 100, 0, 200, 100, 0]),
    );
    expect(
      pictureFromFile(pngFile({ ...recipe, chunks: [palette, { type: 'tRNS', content: [0] }] })),
    ).toEqual(colour(3, 1, [255, 255, 255, 200, 100, 0, 200, 100, 0]));
  });

  it('gives one channel where all colours are grey', () => {
    const lines = [[1, 1, 1, 9, 9, 9]];
    expect(pictureFromFile(pngFile({ width: 2, height: 1, depth: 8, colourType: 2, lines }))).toEqual(
      grey(2, 1, [1, 9]),
    );
  });

  it('reads interlaced pictures of 8 and 16 bits', () => {
    const samples = Array.from({ length: 9 * 11 }, (_, index) => (index * 37) % 251);
    const interlaced = (depth: 8 | 16) => {
      const data =
        depth === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples, (sample) => sample * 257);
      return encode({ width: 9, height: 11, channels: 1, depth, data }, { interlace: 'Adam7' });
    };
    for (const depth of [8, 16] as const)
      expect(pictureFromFile(interlaced(depth))).toEqual(grey(9, 11, samples));
  });

  it.each([1, 2, 4])('reads interlaced pictures of %i bits, grey and with a palette', (depth) => {
    for (const [width, height] of [
      [9, 11],
      [1, 1],
      [8, 3],
      [13, 10],
    ]) {
      const sample = (x: number, y: number) => (3 * x + 5 * y + ((x * y) >> 1)) % 2 ** depth;
      const lines = adam7Lines(width, height, depth, sample);
      const greys = Array.from({ length: width * height }, (_, pixel) => {
        return (sample(pixel % width, Math.floor(pixel / width)) * 255) / (2 ** depth - 1);
      });
      const recipe = { width, height, depth, interlace: 1, lines };
      expect(pictureFromFile(pngFile({ ...recipe, colourType: 0 }))).toEqual(grey(width, height, greys));
      const palette = Array.from({ length: 2 ** depth }, (_, entry) => [entry, 255 - entry, 7]);
      const chunks = [{ type: 'PLTE', content: palette.flat() }];
      const colours = Array.from({ length: width * height }, (_, pixel) => {
        return palette[sample(pixel % width, Math.floor(pixel / width))];
      });
      expect(pictureFromFile(pngFile({ ...recipe, colourType: 3, chunks }))).toEqual(
        colour(width, height, colours.flat()),
      );
    }
  });

  it('reduces a picture that is too large, and says how', () => {
    const lines = [0, 50].map((first) => Array.from({ length: 8193 }, (_, x) => first + (x % 3)));
    const { picture, remarks } = readPictureFile(
      pngFile({ width: 8193, height: 2, depth: 8, colourType: 0, lines }),
    );
    expect(picture).toEqual(grey(2731, 1, new Array<number>(2731).fill(26)));
    expect(remarks[0]).toBe(
      'the picture was reduced from 8193 x 2 to 2731 x 1 pixels: each is the mean of 3 x 3',
    );
  });

  it('says that a picture has one colour only, as a white logo on nothing has', () => {
    const lines = [[255, 0, 255, 255]];
    const { remarks } = readPictureFile(pngFile({ width: 2, height: 1, depth: 8, colourType: 4, lines }));
    expect(remarks).toEqual(['the picture has one colour only; transparent parts lie over white']);
  });

  it('ignores chunks that pixels do not need, even damaged ones', () => {
    const chunks = [
      { type: 'iCCP', content: [65, 0, 0, 1, 2, 3] },
      { type: 'tEXt', content: [65, 66] },
      { type: 'pHYs', content: [1] },
    ];
    const lines = [[5]];
    expect(pictureFromFile(pngFile({ width: 1, height: 1, depth: 8, colourType: 0, lines, chunks }))).toEqual(
      grey(1, 1, [5]),
    );
  });

  it('gives back what pngFromPicture wrote', () => {
    const side = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.constantFrom(1 as const, 3 as const),
        fc.nat(),
        (width, height, channels, seed) => {
          const bytes = Uint8Array.from(
            { length: width * height * channels },
            (_, index) => (index * 71 + seed) % 256,
          );
          const isColour = channels === 3 && bytes.some((byte, index) => byte !== bytes[index - (index % 3)]);
          fc.pre(channels === 1 || isColour);
          const picture = { width, height, channels, bytes };
          expect(pictureFromFile(pngFromPicture(picture))).toEqual(picture);
        },
      ),
    );
  });
});

describe('damaged and hostile PNG files', () => {
  it('rejects a picture of 20,000 x 20,000 pixels from its header alone', () => {
    const file = pngFile({ width: 20_000, height: 20_000, depth: 8, colourType: 6, lines: [[0]] });
    expect(() => pictureFromFile(file)).toThrow(
      'the picture is 20000 x 20000 pixels; files of at most 65535 pixels a side and 134217728 in all can be read, save it smaller',
    );
    expect(() => pictureFromFile(file.subarray(0, 60))).toThrow(TargetError);
  });

  it('rejects pixels that unfold to more than the header says, before they fill the memory', () => {
    const bomb = pngFile({ width: 4, height: 4, depth: 8, colourType: 0, lines: [] });
    const zeros = deflateSync(new Uint8Array(300_000_000));
    const header = bomb.subarray(0, 33);
    const file = Uint8Array.from([...header, ...pngChunk('IDAT', zeros), ...pngChunk('IEND', [])]);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => pictureFromFile(file)).toThrow('it holds more pixels than its header says');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it('rejects a file that holds fewer pixels than its header says', () => {
    const file = pngFile({ width: 4, height: 4, depth: 8, colourType: 0, lines: [[1, 2, 3, 4]] });
    expect(() => pictureFromFile(file)).toThrow('it holds fewer pixels than its header says');
  });

  it.each([
    [0, 3],
    [2, 4],
    [3, 16],
    [5, 8],
  ])('rejects colour type %i with %i bits', (colourType, depth) => {
    const file = pngFile({ width: 1, height: 1, depth, colourType, lines: [[0, 0, 0, 0, 0, 0, 0, 0]] });
    expect(() => pictureFromFile(file)).toThrow(TargetError);
  });

  it('rejects a palette picture without palette and with indices beyond it', () => {
    const recipe = { width: 1, height: 1, depth: 8, colourType: 3, lines: [[9]] };
    expect(() => pictureFromFile(pngFile(recipe))).toThrow(TargetError);
    expect(() =>
      pictureFromFile(pngFile({ ...recipe, chunks: [{ type: 'PLTE', content: [1, 2, 3] }] })),
    ).toThrow(TargetError);
  });

  it('throws TargetError for every cut and notices every changed byte of header and pixels', () => {
    const bytes = Uint8Array.from({ length: 16 * 16 }, (_, index) => (index * 97) % 256);
    const file = pngFromPicture({ width: 16, height: 16, channels: 1, bytes });
    for (let length = 0; length < file.length; length++) {
      expect(() => pictureFromFile(file.slice(0, length))).toThrow(TargetError);
    }
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at] ^= 0x10;
      expect(() => pictureFromFile(changed), `byte ${at}`).toThrow(TargetError);
    }
  });

  it('throws nothing but TargetError for mutated files', () => {
    const base = pngFromPicture({ width: 8, height: 8, channels: 3, bytes: new Uint8Array(192).fill(7) });
    const mutation = fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(mutation, (changes) => {
        const file = base.slice();
        for (const [at, value] of changes) file[at] = value;
        try {
          pictureFromFile(file);
        } catch (error) {
          expect(error).toBeInstanceOf(TargetError);
        }
      }),
      { numRuns: fuzzRuns(500) },
    );
  });
});
