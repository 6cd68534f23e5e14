import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { truthFrame } from '../../../experiments/targets/truth-frame.ts';

/** 3 x 2 pixels, a different value each. */
const picture: Picture = {
  width: 3,
  height: 2,
  channels: 1,
  bytes: Uint8Array.of(0, 51, 102, 153, 204, 255),
};
const values = (...args: Parameters<typeof truthFrame>) =>
  [...truthFrame(...args).values].map((value) => Math.round(value * 5));

describe('truthFrame', () => {
  it('is the picture itself at its own size', () => {
    expect(values(picture, unitView, 3, 2)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('stretches the picture over the unit square and takes the pixel that holds each centre', () => {
    expect(values(picture, unitView, 2, 2)).toEqual([0, 2, 3, 5]);
    expect(values(picture, unitView, 1, 1)).toEqual([4]);
    expect(values(picture, unitView, 6, 1)).toEqual([3, 3, 4, 4, 5, 5]);
  });

  it('shows a part of the picture, and its edge pixels beyond it', () => {
    expect(values(picture, { x0: 1 / 3, y0: 0, x1: 2 / 3, y1: 0.5 }, 2, 1)).toEqual([1, 1]);
    expect(values(picture, { x0: -1, y0: -1, x1: 2, y1: 2 }, 3, 3)).toEqual([0, 1, 2, 3, 4, 5, 3, 4, 5]);
  });

  it('keeps the channels together', () => {
    const colour: Picture = {
      width: 2,
      height: 1,
      channels: 3,
      bytes: Uint8Array.of(255, 0, 51, 102, 153, 204),
    };
    expect(values(colour, unitView, 2, 1)).toEqual([5, 0, 1, 2, 3, 4]);
    expect(truthFrame(colour, unitView, 2, 1)).toMatchObject({ width: 2, height: 1, channels: 3 });
  });
});
