import { describe, expect, it } from 'vitest';
import {
  builtInPicture,
  builtInTargetNames,
  isBuiltInTargetName,
  type BuiltInTargetName,
} from '../../../experiments/targets/built-in.ts';
import { pictureDigest } from '../../../experiments/targets/digest.ts';

const pixel = (name: BuiltInTargetName, column: number, row: number) => {
  const { bytes, width, channels } = builtInPicture(name);
  return [...bytes.subarray(channels * (row * width + column)).subarray(0, channels)];
};

const blackShare = (name: BuiltInTargetName) => {
  const { bytes } = builtInPicture(name);
  return bytes.reduce((sum, byte) => sum + Number(byte < 128), 0) / bytes.length;
};

describe('built-in pictures', () => {
  it('draws the ring black between 224.5 and 256.5 pixels from the centre', () => {
    const { width, height, channels, bytes } = builtInPicture('ring');
    expect([width, height, channels]).toEqual([1024, 1024, 1]);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const radius = Math.sqrt((column + 0.5 - 512) ** 2 + (row + 0.5 - 512) ** 2);
        const isBlack = 224.5 <= radius && radius < 256.5;
        if (bytes[row * width + column] !== (isBlack ? 0 : 255)) expect.fail(`pixel ${column}, ${row}`);
      }
    }
    // area of the annulus: pi (256.5^2 - 224.5^2) / 1024^2 = 0.04612
    expect(blackShare('ring')).toBeCloseTo(0.0461, 4);
  });

  it('draws the other grey pictures with the shares of black that their areas give', () => {
    expect(blackShare('disc')).toBeCloseTo((Math.PI * 256.5 ** 2) / 1024 ** 2, 4);
    expect(blackShare('checkerboard')).toBe(0.5);
    const inner = Math.PI * (128.5 ** 2 - 96.5 ** 2);
    expect(blackShare('two-rings')).toBeCloseTo(blackShare('ring') + inner / 1024 ** 2, 4);
    // half circles of radius 48, 96, ... 336, stroke 32
    const length = [1, 2, 3, 4, 5, 6, 7].reduce((sum, half) => sum + Math.PI * 48 * half, 0);
    expect(blackShare('spiral')).toBeCloseTo((32 * length) / 1024 ** 2, 3);
    expect(blackShare('letters')).toBeGreaterThan(0.08);
    expect(blackShare('letters')).toBeLessThan(0.2);
  });

  it('draws four cycles of a season and of stripes', () => {
    expect(blackShare('season')).toBeCloseTo(0.5, 3);
    expect(blackShare('stripes')).toBe(0.5);
    // y = 0.5 + 0.3 sin(8 pi x) at a crest, x = 1/16: black down to 0.8; stripes are black in the first eighth.
    expect([pixel('season', 64, 818), pixel('season', 64, 820)]).toEqual([[0], [255]]);
    expect([pixel('stripes', 127, 0), pixel('stripes', 128, 0)]).toEqual([[0], [255]]);
  });

  it("draws the original's ring half a pixel from the other one: 1372 pixels differ", () => {
    const ours = builtInPicture('ring').bytes;
    const original = builtInPicture('original-ring').bytes;
    expect(original.reduce((count, byte, at) => count + Number(byte !== ours[at]), 0)).toBe(1372);
    expect(original.reduce((count, byte) => count + Number(byte === 0), 0)).toBe(48_244);
    const black = [...original.keys()].filter((at) => original[at] === 0);
    const columns = black.map((at) => at % 1024);
    const [first, last] = columns.reduce(
      ([least, most], column) => [Math.min(least, column), Math.max(most, column)],
      [1024, 0],
    );
    expect([first, last]).toEqual([256, 768]);
  });

  it('draws the coloured ring red outside, green on the ring, blue inside', () => {
    expect(pixel('ring-rgb', 5, 5)).toEqual([255, 0, 0]);
    expect(pixel('ring-rgb', 512 + 240, 512)).toEqual([0, 255, 0]);
    expect(pixel('ring-rgb', 512, 512)).toEqual([0, 0, 255]);
  });

  it('knows its names', () => {
    expect(builtInTargetNames[0]).toBe('ring');
    expect(builtInTargetNames.every(isBuiltInTargetName)).toBe(true);
    expect(isBuiltInTargetName('toString')).toBe(false);
  });

  it('has kept every byte', () => {
    const digests = builtInTargetNames.map((name) => `${name} ${pictureDigest(builtInPicture(name))}`);
    expect(digests).toMatchInlineSnapshot(`
      [
        "ring 011584da273c63bc020ba351d7d548472bb1d97002374a20235645e195f5c67e",
        "disc d57148b17e379f0301637dc2d783fdb31f548a894f085addf18b71ae5fdbe0cd",
        "two-rings ec3240c8c8ac0996d8559dcb457f3b73f4bfb72f9b13404638458399302f7936",
        "spiral 8581377727306a9e8d3166dbf9a1f7d43f033efdc613c45b3ad54c9595685e28",
        "checkerboard ae72cd81fbb4c5759979b99eb35f0e1e9782bd878ebd94e2d70445453dc2c26f",
        "letters e8f15a37d306cf4866ea00dc1065ef011a6e5fb08138bb8d19d59de01047fc87",
        "original-ring 7173d3c70d53bdabce6d4403297c26d60f8d6bfc1683fb5f1cb4f8c183c49c8e",
        "season 2bebb2c2b2b8cb57ed98bf14f9db6066c813d40b65cb6d0d73bccca0d63c907b",
        "stripes bff4fac43c1cf176c39a63df0b117d6835288595091b83637bd38ce18316a7db",
        "ring-rgb a5aa543c84d1ac052b349f4a18f53873eec5e0ad872565fb69546b02d4fc2b61",
      ]
    `);
  });
});

describe('pictureDigest', () => {
  it('depends on sides, channels and bytes and on nothing else', () => {
    const bytes = Uint8Array.from({ length: 12 }, (_, index) => index);
    const digests = [
      pictureDigest({ width: 4, height: 3, channels: 1, bytes }),
      pictureDigest({ width: 3, height: 4, channels: 1, bytes }),
      pictureDigest({ width: 4, height: 1, channels: 3, bytes }),
      pictureDigest({ width: 4, height: 3, channels: 1, bytes: bytes.slice().fill(9, 11) }),
    ];
    expect(new Set(digests).size).toBe(4);
    expect(pictureDigest({ width: 4, height: 3, channels: 1, bytes: bytes.slice() })).toBe(digests[0]);
  });
});
