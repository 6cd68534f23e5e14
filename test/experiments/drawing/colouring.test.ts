import { describe, expect, test } from 'vitest';
import { noLayer, type Frame } from '../../../experiments/engines/engine.ts';
import { hexColour } from '../../../experiments/drawing/colour-map.ts';
import { colourFrame, colourTruth, defaultColouring } from '../../../experiments/drawing/colouring.ts';
import { creaseInk, layerCreaseStyle, lineCreaseStyle } from '../../../experiments/drawing/crease-ink.ts';

function frameOf(width: number, values: number[], planes: Partial<Frame> = {}, outputs = 1): Frame {
  const end = values.length / outputs / width;
  return { width, rows: { start: 0, end }, outputs, values: Float32Array.from(values), ...planes };
}

/** First layers with a crease of one layer down the middle column. */
function middleCrease(width: number, height: number, layer: number): Uint16Array {
  return Uint16Array.from({ length: width * height }, (_, at) =>
    at % width === width >> 1 ? layer : noLayer,
  );
}

const plain = { ...defaultColouring, creases: null };
const even = { opacity: 1, crowding: Infinity, layerFade: Infinity };

describe('colourFrame', () => {
  test('predictions are cut to 0 to 1', () => {
    const image = colourFrame(frameOf(5, [-3, 0, 0.5, 1, 7]), plain);
    expect([image.width, image.height]).toEqual([5, 1]);
    expect([...image.bytes]).toEqual([0, 0, 128, 255, 255].flatMap((level) => [level, level, level, 255]));
  });

  test('values that are not numbers stand out, infinite ones do not fail', () => {
    const image = colourFrame(frameOf(3, [NaN, Infinity, -Infinity]), { ...plain, map: 'viridis' });
    expect([...image.bytes.subarray(0, 4)]).toEqual([196, 84, 84, 255]);
    expect([...image.bytes.subarray(4, 8)]).toEqual([253, 231, 37, 255]);
    expect([...image.bytes.subarray(8, 12)]).toEqual([68, 1, 84, 255]);
  });

  test('three outputs are red, green and blue', () => {
    const image = colourFrame(frameOf(2, [1, 0.5, 0, -1, 2, NaN], {}, 3), { ...plain, map: 'viridis' });
    expect([...image.bytes]).toEqual([255, 128, 0, 255, 0, 255, 84, 255]);
  });

  test('errors are signed and averaged over outputs', () => {
    const truth = { width: 3, height: 1, channels: 1 as const, values: Float32Array.from([1, 0.5, 0]) };
    const image = colourFrame(frameOf(3, [0, 0.5, 1]), { ...plain, drawing: 'error', truth });
    const hex = [0, 4, 8].map((at) => `#${Buffer.from(image.bytes.subarray(at, at + 3)).toString('hex')}`);
    expect(hex).toEqual([hexColour('error', 0), hexColour('error', 0.5), hexColour('error', 1)]);
    const broken = colourFrame(frameOf(3, [NaN, 0, 0]), { ...plain, drawing: 'error', truth });
    expect([...broken.bytes.subarray(0, 3)]).toEqual([196, 84, 84]);
    expect(() => colourFrame(frameOf(2, [0, 0]), { ...plain, drawing: 'error', truth })).toThrow(RangeError);
  });

  test('supersampling averages blocks and must divide the frame', () => {
    const frame = frameOf(4, [0, 1, 0, 0, 1, 0, 0, 0]);
    const image = colourFrame(frame, { ...plain, supersampling: 2 });
    expect([image.width, image.height]).toEqual([2, 1]);
    expect([...image.bytes]).toEqual([128, 128, 128, 255, 0, 0, 0, 255]);
    expect(() => colourFrame(frame, { ...plain, supersampling: 3 })).toThrow('must divide');
    expect(() => colourFrame(frame, { ...plain, supersampling: 0 })).toThrow(RangeError);
  });

  test('a lone crease is dark on light ground and light on dark ground', () => {
    const line = { firstLayers: middleCrease(101, 101, 0) };
    for (const [value, isDarker] of [
      [1, true],
      [0, false],
    ] as const) {
      const image = colourFrame(frameOf(101, Array<number>(101 * 101).fill(value), line), defaultColouring);
      const at = 4 * (50 * 101);
      const difference = image.bytes[at + 4 * 50] - image.bytes[at];
      expect(Math.abs(difference)).toBeGreaterThan(120);
      expect(difference < 0).toBe(isDarker);
    }
  });

  test('without hashes and layers there is nothing to draw', () => {
    const frame = frameOf(2, [1, 1, 1, 1]);
    expect(colourFrame(frame, defaultColouring)).toEqual(colourFrame(frame, plain));
  });

  test('layers are drawn on white in the colour of their depth', () => {
    const frame = frameOf(65, Array<number>(65 * 65).fill(0), { firstLayers: middleCrease(65, 65, 9) });
    const image = colourFrame(frame, {
      ...defaultColouring,
      drawing: 'layers',
      hiddenLayers: 10,
      creases: even,
    });
    const at = 4 * (32 * 65 + 32);
    expect(`#${Buffer.from(image.bytes.subarray(at, at + 3)).toString('hex')}`).toBe(hexColour('layers', 1));
    expect([...image.bytes.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });

  test('the truth is drawn in the same map', () => {
    const truth = { width: 2, height: 1, channels: 1 as const, values: Float32Array.from([0, 1]) };
    expect([...colourTruth(truth, 'viridis').bytes]).toEqual([68, 1, 84, 255, 253, 231, 37, 255]);
    const colours = { ...truth, channels: 3 as const, values: Float32Array.from([1, 0, 0, 0, 0, 1]) };
    expect([...colourTruth(colours, 'viridis').bytes]).toEqual([255, 0, 0, 255, 0, 0, 255, 255]);
    expect([...colourTruth({ ...truth, width: 1, height: 2 }, 'grey', 1).bytes.subarray(0, 4)]).toEqual([
      0, 0, 0, 255,
    ]);
  });
});

describe('creaseInk', () => {
  test('hashes give boundary pixels: right or lower neighbour differs, edges count as equal', () => {
    const hashes = Uint32Array.from([1, 0, 1, 0, 2, 0, 1, 0, 1, 7, 2, 0]);
    const ink = creaseInk(frameOf(3, [0, 0, 0, 0, 0, 0], { hashes }), 1, 1, even);
    expect([...(ink?.opacity ?? [])]).toEqual([0, 1, 0, 1, 1, 0]);
  });

  test('later layers are fainter, at the fade by half', () => {
    const inkOf = (layer: number): number => {
      const frame = frameOf(1, [0], { firstLayers: Uint16Array.of(layer) });
      return creaseInk(frame, 30, 1, { ...even, layerFade: 10 })?.opacity[0] ?? NaN;
    };
    expect([inkOf(0), inkOf(10)]).toEqual([1, 0.5]);
    expect(inkOf(noLayer)).toBe(0);
  });

  test('crowded creases never blacken the picture and lone ones stay strong', () => {
    const pixels = 128 * 128;
    const crowd = frameOf(128, Array<number>(pixels).fill(1), { firstLayers: new Uint16Array(pixels) });
    const crowded = creaseInk(crowd, 30, 1, lineCreaseStyle)?.opacity ?? new Float32Array();
    expect(Math.max(...crowded)).toBeLessThan(0.25);
    expect(Math.min(...crowded)).toBeGreaterThan(0.2);
    const lone = frameOf(128, Array<number>(pixels).fill(1), { firstLayers: middleCrease(128, 128, 0) });
    expect(creaseInk(lone, 30, 1, lineCreaseStyle)?.opacity[64 * 128 + 64]).toBeGreaterThan(0.55);
    expect(creaseInk(crowd, 30, 1, layerCreaseStyle)?.opacity[0]).toBeCloseTo(0.5, 5);
  });

  test('supersampled lines are thinner: their share of the block', () => {
    const frame = frameOf(4, [0, 0, 0, 0, 0, 0, 0, 0], { firstLayers: middleCrease(4, 2, 3) });
    const ink = creaseInk(frame, 4, 2, even);
    expect([...(ink?.opacity ?? [])]).toEqual([0, 0.5]);
    expect([...(ink?.layer ?? [])]).toEqual([0, 1]);
  });
});
