import { describe, expect, it } from 'vitest';
import { colourTable } from '../../../experiments/drawing/colour-map.ts';
import { colourWord } from '../../../renderer/paint/pixel-colours.ts';
import { creaseInks } from '../../../renderer/paint/crease-density.ts';
import { paint, type PaintReference } from '../../../renderer/paint/paint.ts';
import {
  grounds,
  isPreviewEnough,
  legendOf,
  planesOfGround,
  type PaintStyle,
} from '../../../renderer/paint/paint-style.ts';
import { pictureBytes, pictureOfBlock, type RawPicture } from '../../../renderer/frames/raw-planes.ts';

const plain: PaintStyle = { ground: 'prediction', creases: false, map: 'grey' };

function painted(picture: RawPicture, style: PaintStyle, reference: PaintReference = {}): number[] {
  const pixels = new Uint32Array(picture.width * picture.height);
  paint(picture, style, reference, pixels);
  return [...pixels];
}

function bits(...marks: number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(marks.length / 8));
  marks.forEach((mark, at) => {
    if (mark === 1) bytes[at >> 3] |= 128 >> (at & 7);
  });
  return bytes;
}

const grey = (level: number): number => colourWord(level, level, level);

describe('painting', () => {
  const picture: RawPicture = {
    width: 4,
    height: 1,
    outputs: 1,
    values: Uint8Array.of(0, 100, 255, 40),
    boundary: bits(0, 0, 1, 1),
  };

  it('draws levels in the map, and lines that stand out from them', () => {
    expect(painted(picture, plain)).toEqual([grey(0), grey(100), grey(255), grey(40)]);
    const [black, middle, light, dark] = painted(picture, { ...plain, creases: true });
    expect([black, middle]).toEqual([grey(0), grey(100)]);
    expect(light & 255).toBeLessThan(200);
    expect(dark & 255).toBeGreaterThan(60);
  });

  it('draws every map with its own colours', () => {
    const table = colourTable('viridis');
    expect(painted(picture, { ...plain, map: 'viridis' })[2]).toBe(
      colourWord(table[765], table[766], table[767]),
    );
  });

  it('draws errors on a scale around white, and the prediction while the truth is not here', () => {
    const style: PaintStyle = { ...plain, ground: 'error' };
    const two: RawPicture = { ...picture, width: 3, values: Uint8Array.of(255, 0, 77) };
    const [tooLight, tooDark, exact] = painted(two, style, { truth: Uint8Array.of(0, 255, 77) });
    const red = (word: number): number => new Uint8Array(Uint32Array.of(word).buffer)[0];
    const blue = (word: number): number => new Uint8Array(Uint32Array.of(word).buffer)[2];
    expect(red(tooLight)).toBeGreaterThan(blue(tooLight) + 50);
    expect(blue(tooDark)).toBeGreaterThan(red(tooDark) + 50);
    expect(Math.abs(red(exact) - blue(exact))).toBeLessThan(10);
    expect(painted(picture, style)).toEqual(painted(picture, plain));
  });

  it('draws three outputs as red, green and blue', () => {
    const colours: RawPicture = {
      width: 1,
      height: 1,
      outputs: 3,
      values: Uint8Array.of(10, 20, 30),
      boundary: bits(0),
    };
    expect(painted(colours, plain)).toEqual([colourWord(10, 20, 30)]);
    expect(painted({ ...colours, values: Float32Array.of(0, 0.5, 9) }, plain)).toEqual([
      colourWord(0, 128, 255),
    ]);
  });

  it('marks values that are no numbers', () => {
    const broken: RawPicture = { ...picture, width: 1, values: Float32Array.of(NaN), boundary: bits(0) };
    expect(painted(broken, plain)).toEqual([colourWord(196, 84, 84)]);
  });

  it('gives regions colours by their hashes, and marks what changed', () => {
    const hashes = Uint32Array.of(1, 1, 1, 1, 900, 4_000_000, 1, 1);
    const withHashes = { ...picture, hashes };
    const regions = painted(withHashes, { ...plain, ground: 'regions' });
    expect(regions[0]).toBe(regions[1]);
    expect(regions[0]).toBe(regions[3]);
    expect(regions[2]).not.toBe(regions[0]);
    const previous = { ...picture, hashes: Uint32Array.of(1, 1, 2, 1, 900, 4_000_000, 1, 1) };
    const same = painted(withHashes, { ...plain, ground: 'change' }, { previous: withHashes });
    const change = painted(withHashes, { ...plain, ground: 'change' }, { previous });
    expect(change.map((word, at) => word !== same[at])).toEqual([false, true, false, false]);
  });

  it('draws slopes on their fixed scale', () => {
    const style: PaintStyle = { ...plain, ground: 'slope' };
    const gradient = Float32Array.of(0, 0, 0.1, 0, 0, 1000, 600, 800);
    const [flat, least, most, also] = painted({ ...picture, gradient }, style);
    expect([flat, most]).toEqual([least, also]);
    expect(flat).not.toBe(most);
  });

  it('draws creases by layer: the first darker than none, another in another colour', () => {
    const style: PaintStyle = { ...plain, ground: 'layers' };
    const layers = (...firstLayers: number[]): number[] =>
      painted({ ...picture, boundary: bits(1, 0, 0, 1), firstLayers: Uint16Array.from(firstLayers) }, style, {
        hiddenLayers: 10,
      });
    const none = 0xffff;
    const [first, nothing, , again] = layers(0, none, none, 0);
    expect([first, nothing]).toEqual([again, colourWord(255, 255, 255)]);
    expect(layers(0, none, none, 9)[3]).not.toBe(first);
  });

  it('asks for the planes that each drawing needs, and explains it', () => {
    for (const { ground, isExactOnly } of grounds) {
      const needsMore = Object.keys(planesOfGround(ground)).length > 0 || isExactOnly === true;
      expect(isPreviewEnough(ground)).toBe(!needsMore);
      expect(legendOf({ ...plain, ground }, 1, 30).title).not.toBe('');
    }
  });
});

describe('ink of creases', () => {
  it('is the same for previews as for frames of any width', () => {
    const height = 40;
    const mark = (column: number, row: number): number =>
      Number((column * 7 + row * 3) % 5 === 0 || column === row);
    const plane = (width: number): Uint8Array =>
      bits(...Array.from({ length: width * height }, (_, at) => mark(at % width, Math.floor(at / width))));
    // 40 is a whole number of bytes and takes the fast way, 41 does not.
    const fast = creaseInks(plane(40), 40, height).slice();
    const slow = creaseInks(plane(41), 41, height).slice();
    for (let row = 0; row < height; row++) {
      for (let column = 2; column < 38; column++) {
        expect(fast[row * 40 + column], `${column}, ${row}`).toBe(slow[row * 41 + column]);
      }
    }
  });

  it('gets paler in a crowd, and is nowhere without a crease', () => {
    const lone = creaseInks(
      bits(...Array.from({ length: 256 }, (_, at) => Number(at === 136))),
      16,
      16,
    ).slice();
    const crowd = creaseInks(new Uint8Array(32).fill(255), 16, 16).slice();
    expect(lone.filter((ink) => ink > 0)).toHaveLength(1);
    expect(lone[136]).toBeGreaterThan(2 * crowd[136]);
    expect(crowd[136]).toBeGreaterThan(0);
  });
});

describe('raw pictures', () => {
  it('are views of their block', () => {
    const block = {
      cellId: 'a',
      from: 3,
      epochs: Uint32Array.of(30, 40),
      width: 3,
      height: 3,
      outputs: 1,
      values: Uint8Array.from({ length: 18 }, (_, at) => at),
      boundary: Uint8Array.of(1, 2, 3, 4),
    };
    const second = pictureOfBlock(block, 1);
    expect([...second.values]).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect([...second.boundary]).toEqual([3, 4]);
    expect(pictureBytes(second)).toBe(11);
  });
});
