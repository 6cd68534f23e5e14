import fc from 'fast-check';
import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { pictureFromJpeg } from '../../../experiments/targets/jpeg.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import { TargetError } from '../../../experiments/targets/target-error.ts';
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

describe('pictureFromJpeg', () => {
  it.each(['progressive', 'baseline'] as const)('reads a %s grey file', (kind) => {
    const picture = pictureFromJpeg(greyFiles[kind]);
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
    const picture = pictureFromJpeg(colourFile);
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
    const { bytes, channels } = pictureFromJpeg(colourFileOf(17, 5));
    expect(channels).toBe(3);
    expect(bytes.length).toBe(17 * 5 * 3);
    bytes.forEach((byte, index) => expect(Math.abs(byte - [250, 20, 130][index % 3])).toBeLessThan(4));
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
      new TargetError('the picture is 20000 x 20000 pixels, at most 4096 x 4096 are allowed'),
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
    const scans = Array.from({ length: 100 }, () => [0xff, 0xda]).flat();
    expect(() => pictureFromFile(Uint8Array.from([...file, ...scans]))).toThrow('it has more than 64 scans');
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
      new TargetError('the file is neither a PNG nor a JPEG picture'),
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
});
