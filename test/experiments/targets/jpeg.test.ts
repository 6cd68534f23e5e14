import fc from 'fast-check';
import { decode, encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { pictureFromFile, readPictureFile } from '../../../experiments/targets/picture-file.ts';
import { TargetError } from '../../../experiments/targets/target-error.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));

/** 24 x 20 pixels, black where 5 < r < 8 about the middle, written by mozjpeg at quality 90. */
const greyFiles = {
  progressive: fromBase64(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMDAwMDAwQEBAQFBQUFBQcHBgYHBwsICQgJCAsRCwwLCwwLEQ8SDw4PEg8bFRMT' +
      'FRsfGhkaHyYiIiYwLTA+PlT/wgALCAAUABgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACAf/2gAIAQEAAAAAapyRsIQR9ep2' +
      'RP8A/8QALBAAAQMCBAYBAwUAAAAAAAAAAgEDBBITAAUGFAcIERUWQhgJFzQzU2Nkov/aAAgBAQABPwDmb4/weX3QCZsEZifn' +
      'eZPlFyeC46giTtFRPuj1Q1YZ96PZRHHbvqPbPyju+mK97f8AD6IVy3f/AB7tqi1R/Zroxyycf4PMFoBc2OMxAzvLXxi5xBbd' +
      'QhF2ioX2h6qaMPelfshDjnth55p6Rwk4oRIHcYGhdT358YSMDW86w80qmgGgNKsa2pl7GOPlZy7eL+R/cTJdl+zWe9/Vtfg0' +
      '7n/GORKHnmoZHFvihLgduga61PfgRiIzNLLr7zqoagCG0iybaGPsBYnwIOawZUCfFZlxJbLjMiO82LjTzTg0mBgXVCEkXoqL' +
      'j4dctXfO8+AQtzvd3b3MrbXK7nTa3bNr+KmjECBByqDFgQIrMSJEZbZjx2WxbaZabGkAAB6IIiidERMf/9k=',
  ),
  baseline: fromBase64(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMDAwMDAwQEBAQFBQUFBQcHBgYHBwsICQgJCAsRCwwLCwwLEQ8SDw4PEg8bFRMT' +
      'FRsfGhkaHyYiIiYwLTA+PlT/wAALCAAUABgBAREA/8QAQAABAQAAAAAAAAAAAAAAAAAACAcQAAECBAQFAwQDAAAAAAAAAAID' +
      'BAEFEhMABggUBxEVFkIYITQJFzEyM0NT/9oACAEBAAA/AGrqb4/sdPuQITYGyD+dzJcmsnYqKiIkrRUS6o1QMkEfOjyiI4OX' +
      'TvqPbPujq+WK97f7PoZXLd/4921Rao9/k10YRumTj+x1BZAjNjbIMJ3LVxazhimqJCKtFQrpDVExQW8K/KBDiEa7Wc8y844S' +
      'cUGjDqLDIuZ779sJGBxvKoLJRIxAxBIibWyMvIxwgvVZp27X7j+4kl2X+NZ73+W18Gnc/n3/AEwfdCTOeZhccW+KDth05hnr' +
      'M99g2IjM4WVV1lYiZAAmkJObYmPkBYer9gxmrF0wftUXbR2ioi4brJiokskoNJgYFzgQlCPKMI4O3o601dc6z2Ay3O93dvcu' +
      'ttcruU7W7Ztc/wCqmjCJYMGMqYtWDBqi0aNEU0W7dFMU0kUkxpAAAeUBEYQ5QhDH/9k=',
  ),
};
/** 24 x 20 pixels, red left and blue right of the middle; progressive, colours at half resolution. */
const colourFile = fromBase64(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAMDAwMDAwQEBAQFBQUFBQcHBgYHBwsICQgJCAsRCwwLCwwLEQ8SDw4PEg8bFRMT' +
    'FRsfGhkaHyYiIiYwLTA+PlQBAwMDAwMDBAQEBAUFBQUFBwcGBgcHCwgJCAkICxELDAsLDAsRDxIPDg8SDxsVExMVGx8aGRof' +
    'JiIiJjAtMD4+VP/CABEIABQAGAMBIgACEQEDEQH/xAArAAEBAQEAAAAAAAAAAAAAAAAABgcIAQEBAQAAAAAAAAAAAAAAAAAJ' +
    'Agj/2gAMAwEAAhADEAAAAOdIG+gb35ABUDL32BCvTSACoGX/AP/EABkQAAIDAQAAAAAAAAAAAAAAAAYQRIPCAP/aAAgBAQAB' +
    'PwDjmBdlnMC7LOYF2V//xAAaEQAABwAAAAAAAAAAAAAAAAADBggQN4S0/9oACAECAQE/AE0zYV7+MVk0zYV7+MVv/8QAGhEA' +
    'AAcAAAAAAAAAAAAAAAAAAwYIEDeEtP/aAAgBAwEBPwBQkQGOlrCZQkQGOlrCb//Z',
);

/** A file by jpeg-js: baseline, three components. */
function colourFileOf(width: number, height: number): Uint8Array {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, index) => [250, 20, 130, 255][index % 4]);
  return Uint8Array.from(encode({ width, height, data }, 95).data);
}

describe('pictures of JPEG files', () => {
  it.each(['progressive', 'baseline'] as const)('reads a %s grey file', (kind) => {
    const picture = pictureFromFile(greyFiles[kind]);
    expect([picture.width, picture.height, picture.channels]).toEqual([24, 20, 1]);
    for (let row = 0; row < 20; row++) {
      for (let column = 0; column < 24; column++) {
        const radius = Math.hypot(column + 0.5 - 12, row + 0.5 - 10);
        const isBlack = 5 < radius && radius < 8;
        expect(picture.bytes[row * 24 + column] < 128).toBe(isBlack);
      }
    }
  });

  it('reads a progressive colour file with reduced colour resolution', () => {
    const picture = pictureFromFile(colourFile);
    expect([picture.width, picture.height, picture.channels]).toEqual([24, 20, 3]);
    const pixel = (column: number, row: number) => [
      ...picture.bytes.subarray(3 * (row * 24 + column)).subarray(0, 3),
    ];
    const isNear = (actual: number[], expected: number[]) =>
      actual.every((value, at) => Math.abs(value - expected[at]) < 12);
    expect(isNear(pixel(3, 10), [255, 0, 0])).toBe(true);
    expect(isNear(pixel(20, 10), [0, 0, 255])).toBe(true);
  });

  it('reads a baseline colour file', () => {
    const { bytes, channels } = pictureFromFile(colourFileOf(17, 5));
    expect(channels).toBe(3);
    expect(bytes.length).toBe(17 * 5 * 3);
    bytes.forEach((byte, index) => expect(Math.abs(byte - [250, 20, 130][index % 3])).toBeLessThan(4));
  });
});

/** Where a marker is. */
function markerAt(file: Uint8Array, marker: number): number {
  return file.findIndex((byte, at) => byte === 0xff && file[at + 1] === marker);
}

/** The file with bytes put in before a place. */
function withBytes(file: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([...file.subarray(0, at), ...bytes, ...file.subarray(at)]);
}

function segment(marker: number, content: readonly number[]): number[] {
  return [0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255, ...content];
}

/** The file without its segments of a kind. */
function withoutSegments(file: Uint8Array, marker: number): Uint8Array {
  const at = markerAt(file, marker);
  if (at === -1) return file;
  const length = (file[at + 2] << 8) | file[at + 3];
  return withoutSegments(
    Uint8Array.from([...file.subarray(0, at), ...file.subarray(at + 2 + length)]),
    marker,
  );
}

const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

/** An EXIF segment with nothing but an orientation, a short or a long number in either order of bytes. */
function exif(orientation: number, isLittle: boolean, type: 3 | 4): number[] {
  const tiff = new DataView(new ArrayBuffer(38));
  tiff.setUint16(0, isLittle ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, isLittle);
  tiff.setUint32(4, 8, isLittle);
  tiff.setUint16(8, 2, isLittle);
  // A tag before it: the make, a text of four letters.
  tiff.setUint16(10, 0x10f, isLittle);
  tiff.setUint16(12, 2, isLittle);
  tiff.setUint32(14, 4, isLittle);
  tiff.setUint16(22, 0x112, isLittle);
  tiff.setUint16(24, type, isLittle);
  tiff.setUint32(26, 1, isLittle);
  if (type === 3) tiff.setUint16(30, orientation, isLittle);
  else tiff.setUint32(30, orientation, isLittle);
  return segment(0xe1, [...letters('Exif\0\0'), ...new Uint8Array(tiff.buffer)]);
}

/** What a viewer shows: `at(x, y)` gives the place in the stored picture of a place in the shown one. */
const shownFrom: Readonly<Record<number, (x: number, y: number, w: number, h: number) => [number, number]>> =
  {
    1: (x, y) => [x, y],
    2: (x, y, w) => [w - 1 - x, y],
    3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
    4: (x, y, _w, h) => [x, h - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y, _w, h) => [y, h - 1 - x],
    7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
    8: (x, y, w) => [w - 1 - y, x],
  };

function shown(picture: Picture, orientation: number): Picture {
  const { channels } = picture;
  const [width, height] =
    orientation >= 5 ? [picture.height, picture.width] : [picture.width, picture.height];
  const bytes = new Uint8Array(picture.bytes.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = shownFrom[orientation](x, y, picture.width, picture.height);
      for (let channel = 0; channel < channels; channel++) {
        bytes[(y * width + x) * channels + channel] =
          picture.bytes[(row * picture.width + column) * channels + channel];
      }
    }
  }
  return { width, height, channels, bytes };
}

/** A colourful file by jpeg-js, with its standard tables. */
function gradient(width: number, height: number): Uint8Array {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, index) => {
    const pixel = index >> 2;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return [(x * 11) % 256, (y * 17) % 256, ((x + y) * 7) % 256, 255][index & 3];
  });
  return Uint8Array.from(encode({ width, height, data }, 80).data);
}

describe('usual JPEG files', () => {
  const file = gradient(37, 22);
  const plain = pictureFromFile(file);

  it.each(Object.entries({ ...greyFiles, colour: colourFile, gradient: file }))(
    'reads the same levels as jpeg-js from a %s file',
    (_, bytes) => {
      const { bytes: levels, channels } = pictureFromFile(bytes);
      const { data } = decode(bytes, { useTArray: true, formatAsRGBA: false });
      const expected = channels === 1 ? data.filter((_level, index) => index % 3 === 0) : data;
      expect(levels).toEqual(Uint8Array.from(expected));
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns a picture as its EXIF orientation %i says', (orientation) => {
    for (const isLittle of [false, true]) {
      for (const type of [3, 4] as const) {
        const turned = pictureFromFile(withBytes(file, 2, exif(orientation, isLittle, type)));
        expect(turned).toEqual(shown(plain, orientation));
      }
    }
    const grey = withBytes(greyFiles.progressive, 2, exif(orientation, true, 3));
    expect(pictureFromFile(grey)).toEqual(shown(pictureFromFile(greyFiles.progressive), orientation));
  });

  it('takes orientations that do not exist, and EXIF that breaks off, for none', () => {
    for (const segmentBytes of [
      exif(0, true, 3),
      exif(9, false, 3),
      segment(0xe1, letters('Exif\0\0II*\0')),
    ]) {
      expect(pictureFromFile(withBytes(file, 2, segmentBytes))).toEqual(plain);
    }
  });

  it('reads stored RGB as RGB: by the Adobe marker or the names of the components', () => {
    const withoutJfif = withoutSegments(file, 0xe0);
    const adobe = (transform: number) => segment(0xee, [...letters('Adobe'), 0, 100, 0, 0, 0, 0, transform]);
    const { bytes: stored } = pictureFromFile(withBytes(withoutJfif, 2, adobe(0)));
    const [red, green, blue] = stored;
    // The first pixel is black: luma 0 and both differences in the middle.
    expect([red < 12, Math.abs(green - 128) < 12, Math.abs(blue - 128) < 12]).toEqual([true, true, true]);
    expect(pictureFromFile(withBytes(withoutJfif, 2, adobe(1)))).toEqual(plain);
    expect(pictureFromFile(withoutJfif)).toEqual(plain);
    // JFIF speaks first, as with libjpeg; an Adobe marker that is cut off says nothing.
    expect(pictureFromFile(withBytes(file, 2, adobe(0)))).toEqual(plain);
    expect(pictureFromFile(withBytes(withoutJfif, 2, segment(0xee, letters('Adobe'))))).toEqual(plain);
    const named = withoutJfif.slice();
    const [frame, scan] = [markerAt(named, 0xc0), markerAt(named, 0xda)];
    letters('RGB').forEach((id, component) => {
      named[frame + 10 + 3 * component] = id;
      named[scan + 5 + 2 * component] = id;
    });
    expect(pictureFromFile(named).bytes).toEqual(stored);
  });

  it('reads files without Huffman tables by those of the standard, as motion JPEG needs it', () => {
    expect(pictureFromFile(withoutSegments(file, 0xc4))).toEqual(plain);
  });

  it('passes over what lies between segments, fill bytes and bytes behind the end', () => {
    const junk = withBytes(file, markerAt(file, 0xdb), [1, 2, 0xff, 0, 3, 0xff, 0xff]);
    expect(pictureFromFile(Uint8Array.from([...junk, 9, 9, 0xff, 0xd8, 0xff]))).toEqual(plain);
  });

  it('reads a file without its end marker', () => {
    expect(pictureFromFile(file.subarray(0, -2))).toEqual(plain);
    expect(pictureFromFile(colourFile.subarray(0, -2))).toEqual(pictureFromFile(colourFile));
  });

  it.each([
    { what: 'a scan', marker: 0xda, says: 'it has a header and no picture' },
    { what: 'quantisation tables', marker: 0xdb, says: 'a quantisation table is missing' },
    { what: 'a header', marker: 0xc0, says: 'it has no header' },
  ])('says that a file lacks $what', ({ marker, says }) => {
    const cut = marker === 0xda ? [...file.subarray(0, markerAt(file, marker)), 0xff, 0xd9] : null;
    const damaged = cut === null ? withoutSegments(file, marker) : Uint8Array.from(cut);
    expect(() => pictureFromFile(damaged)).toThrow(new TargetError(`the JPEG file is damaged: ${says}`));
  });

  it('names kinds of JPEG that cannot be read', () => {
    const kinds = { 0xc3: 'lossless', 0xc9: 'arithmetic-coded', 0xc5: 'hierarchical' };
    for (const [marker, kind] of Object.entries(kinds)) {
      const other = file.slice();
      other[markerAt(other, 0xc0) + 1] = Number(marker);
      expect(() => pictureFromFile(other)).toThrow(`${kind} JPEG files cannot be read`);
    }
  });

  it('reduces a picture that is too large, and says how', () => {
    const wide = gradient(4100, 9);
    const { picture, remarks } = readPictureFile(wide);
    expect([picture.width, picture.height]).toEqual([2050, 5]);
    expect(remarks).toEqual([
      'the picture was reduced from 4100 x 9 to 2050 x 5 pixels: each is the mean of 2 x 2',
    ]);
    const { data } = decode(wide, { useTArray: true, formatAsRGBA: false });
    const mean = (x: number, y: number, channel: number) => {
      const places = [0, 1].flatMap((dy) => [0, 1].map((dx) => [2 * x + dx, 2 * y + dy]));
      const inside = places
        .filter(([, row]) => row < 9)
        .map(([column, row]) => data[3 * (row * 4100 + column) + channel]);
      return Math.round(inside.reduce((sum, value) => sum + value, 0) / inside.length);
    };
    for (const [x, y] of [
      [0, 0],
      [7, 3],
      [2049, 4],
      [1000, 2],
    ]) {
      for (const channel of [0, 1, 2]) {
        expect(picture.bytes[3 * (y * 2050 + x) + channel]).toBe(mean(x, y, channel));
      }
    }
    // Upside down, the lines that do not fill a block are still at the bottom of what is shown.
    const turned = readPictureFile(withBytes(wide, 2, exif(3, true, 3))).picture;
    expect(turned.bytes[0]).toBe(
      Math.round(
        [0, 1]
          .flatMap((dy) => [0, 1].map((dx) => data[3 * ((8 - dy) * 4100 + 4099 - dx)]))
          .reduce((sum, value) => sum + value, 0) / 4,
      ),
    );
  });
});

describe('damaged and hostile JPEG files', () => {
  const withSize = (width: number, height: number) => {
    const file = colourFileOf(8, 8);
    const frame = file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xc0);
    new DataView(file.buffer).setUint16(frame + 5, height);
    new DataView(file.buffer).setUint16(frame + 7, width);
    return file;
  };

  it('rejects a picture of 20,000 x 20,000 pixels from its header alone', () => {
    expect(() => pictureFromFile(withSize(20_000, 20_000))).toThrow(
      'the picture is 20000 x 20000 pixels; files of at most 65535 pixels a side and 134217728 in all can be read, save it smaller',
    );
  });

  it('rejects a short file that claims many pixels', () => {
    expect(() => pictureFromFile(withSize(4096, 4096))).toThrow(
      new TargetError('the JPEG file is damaged: it ends early'),
    );
    expect(() => pictureFromFile(withSize(0, 8))).toThrow(TargetError);
  });

  it('rejects files with a great number of scans', () => {
    const file = colourFileOf(8, 8);
    const start = markerAt(file, 0xda);
    const scan = [...file.subarray(start, -2)];
    const scans = Array.from({ length: 100 }, () => scan).flat();
    expect(() => pictureFromFile(Uint8Array.from([...file.subarray(0, start), ...scans]))).toThrow(
      'it has more than 64 scans',
    );
  });

  it.each(Object.entries({ ...greyFiles, colour: colourFile }))(
    'throws TargetError for every cut of a %s file',
    (_, file) => {
      // The last two bytes only say that the file ends.
      for (let length = 0; length < file.length - 2; length++) {
        expect(() => pictureFromFile(file.slice(0, length)), `${length} bytes`).toThrow(TargetError);
      }
    },
  );

  it('throws nothing but TargetError for mutated files', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(colourFile, ...Object.values(greyFiles)), changes, (base, mutations) => {
        const file = base.slice();
        for (const [at, value] of mutations) file[2 + (at % (file.length - 2))] = value;
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

describe('pictureFromFile', () => {
  it('throws TargetError for anything else', () => {
    expect(() => pictureFromFile(new Uint8Array(0))).toThrow(
      new TargetError('the file is empty, neither a PNG nor a JPEG picture'),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom([], [0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
        (bytes, start) => {
          expect(() => pictureFromFile(Uint8Array.from([...start, ...bytes]))).toThrow(TargetError);
        },
      ),
      { numRuns: fuzzRuns(500) },
    );
  });

  it.each([
    ['RIFF\x24\0\0\0WEBPVP8 ', 'a WebP picture'],
    ['GIF89a', 'a GIF picture'],
    ['\0\0\0\x18ftypheic', 'a HEIC picture'],
    ['\0\0\0\x18ftypmif1', 'a HEIF picture'],
    ['\0\0\0\x1cftypavif', 'an AVIF picture'],
    ['II*\0', 'a TIFF picture'],
    ['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', 'an SVG drawing'],
    ['\n<!doctype html><html>', 'a web page'],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n', 'a Git LFS pointer'],
  ])('names what %j begins', (start, name) => {
    const bytes = Uint8Array.from([...letters(start), ...new Uint8Array(40)]);
    expect(() => pictureFromFile(bytes)).toThrow(`the file is ${name}`);
  });
});
