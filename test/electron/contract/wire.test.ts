import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../electron/contract/wire.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

/** Through the codec and back. */
function sent(message: unknown): unknown {
  return decodeMessage(encodeMessage(message));
}

const arrays = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint16Array({ maxLength: 20 }),
  fc.uint32Array({ maxLength: 20 }),
  fc.float32Array({ maxLength: 20 }),
  fc.float64Array({ maxLength: 20 }),
);
const keys = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'length', '0', 'value'));
const { message } = fc.letrec((tie) => ({
  message: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), arrays),
    fc.array(tie('message'), { maxLength: 4 }),
    fc
      .array(fc.tuple(keys, tie('message')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries) as unknown),
  ),
}));

describe('messages as bytes', () => {
  it('come back as they were, typed arrays and unusual numbers included', () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(sent(value)).toEqual(value);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  it.each([0, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE])('keep the number %d', (number) => {
    expect(Object.is((sent([number]) as number[])[0], number)).toBe(true);
  });

  it('keep the kind of every typed array, and views of larger buffers', () => {
    const view = new Float32Array([1, 2, 3, 4, 5]).subarray(1, 4);
    const value = { a: new Uint8Array([1, 2, 3]), b: [new Uint16Array(2), view], c: new Float64Array([NaN]) };
    const back = sent(value) as typeof value;
    expect(back).toEqual(value);
    expect(back.b[1]).toBeInstanceOf(Float32Array);
    expect(back.a).toBeInstanceOf(Uint8Array);
  });

  it('leave fields out that are undefined', () => {
    expect(Object.keys(sent({ a: undefined, b: 1 }) as object)).toEqual(['b']);
  });

  it('decode from a buffer at any offset', () => {
    const bytes = encodeMessage({ a: new Float64Array([1.5, -2]) });
    for (let offset = 0; offset < 9; offset++) {
      const padded = new Uint8Array(bytes.length + offset);
      padded.set(bytes, offset);
      expect(decodeMessage(padded.subarray(offset))).toEqual({ a: new Float64Array([1.5, -2]) });
    }
  });

  it.each([[() => 1], [Symbol('a')], [10n], [new Int8Array(1)], [new DataView(new ArrayBuffer(1))]])(
    'refuse what they cannot carry: %o',
    (value) => {
      expect(() => encodeMessage({ value })).toThrow(TypeError);
    },
  );
});

describe('bytes that are no message', () => {
  const header = (value: unknown): Uint8Array<ArrayBuffer> => {
    const json = JSON.stringify(value);
    // Padded, so that arrays would begin right behind it.
    const text = new TextEncoder().encode(json.padEnd(Math.ceil((4 + json.length) / 8) * 8 - 4));
    const bytes = new Uint8Array(4 + text.length);
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    bytes.set(text, 4);
    return bytes;
  };

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a length alone', new Uint8Array([255, 255, 255, 255])],
    ['no header', header(null)],
    ['an array beyond the end', header({ value: null, arrays: [[[], 'f64', 1e15]], numbers: [] })],
    ['an unknown kind of array', header({ value: null, arrays: [[[], 'toString', 0]], numbers: [] })],
    ['a place in the prototype', header({ value: {}, arrays: [[['__proto__', 'a'], 'u8', 0]], numbers: [] })],
    [
      'the one null of every prototype',
      header({ value: {}, arrays: [[['__proto__', '__proto__'], 'u8', 0]], numbers: [] }),
    ],
    ['a place that is taken', header({ value: { a: 1 }, arrays: [[['a'], 'u8', 0]], numbers: [] })],
    ['a place inside a string', header({ value: 'text', arrays: [[['length'], 'u8', 0]], numbers: [] })],
    ['a number that is none', header({ value: null, arrays: [], numbers: [[[], '12']] })],
    ['more bytes than announced', new Uint8Array([...header({ value: 1, arrays: [], numbers: [] }), 0])],
  ])('are refused: %s', (_what, bytes) => {
    expect(() => decodeMessage(bytes)).toThrow(TypeError);
  });

  it('are refused or read, whatever they are, and never change a prototype', () => {
    const whole = encodeMessage({ a: new Uint8Array(5), b: NaN, c: 'text' });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        (changes, length) => {
          const bytes = whole.slice(0, length);
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          try {
            decodeMessage(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
          }
          expect(Object.keys(Object.prototype)).toEqual([]);
        },
      ),
      { numRuns: fuzzRuns(2000) },
    );
  });
});
