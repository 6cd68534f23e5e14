import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImportError } from '../../../experiments/formats/import-error.ts';
import { encodeSafetensors, parseSafetensors } from '../../../experiments/formats/safetensors.ts';
import { parameterCount, type Network } from '../../../experiments/network/shape.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

/** A file of any tensors, data one after the other. */
function tensorFile(
  tensors: readonly { name: string; dtype: string; shape: number[]; bytes: Uint8Array }[],
  metadata?: unknown,
): Uint8Array {
  let at = 0;
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  for (const { name, dtype, shape, bytes } of tensors) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  return rawFile(
    JSON.stringify(header),
    tensors.map(({ bytes }) => bytes),
  );
}

function rawFile(header: string, parts: readonly Uint8Array[]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return Uint8Array.from([...length, ...text, ...parts.flatMap((part) => [...part])]);
}

function floats(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** Two inputs, one hidden neuron, one output under the given module names. */
function tiny(first: string, second: string, metadata?: unknown): Uint8Array {
  return tensorFile(
    [
      { name: `${second}.weight`, dtype: 'F32', shape: [1, 1], bytes: floats([4]) },
      { name: `${second}.bias`, dtype: 'F32', shape: [1], bytes: floats([5]) },
      { name: `${first}.weight`, dtype: 'F32', shape: [1, 2], bytes: floats([1, 2]) },
      { name: `${first}.bias`, dtype: 'F32', shape: [1], bytes: floats([3]) },
    ],
    metadata,
  );
}

function networkOf(hidden: number[], outputs: number, slope = 0.01): Network {
  const shape = { hidden, outputs };
  const parameters = Float32Array.from({ length: parameterCount(shape) }, (_, at) => (at * 0.37) % 1.9);
  return { shape, slope, parameters, output: 'affine' };
}

describe('safetensors', () => {
  test('a network comes back as it was written', () => {
    for (const network of [
      networkOf([3], 1),
      networkOf([30, 1, 7], 3, 0),
      networkOf(Array(100).fill(2), 2),
    ]) {
      const bytes = encodeSafetensors(network, { epoch: '12', note: 'é "quoted"' });
      const back = parseSafetensors(bytes);
      expect(back.shape).toEqual(network.shape);
      expect(back.parameters).toEqual(network.parameters);
      expect(back.slope).toBe(network.slope);
      expect(back.output).toBe('affine');
      expect(back.metadata.epoch).toBe('12');
      expect(back.metadata.note).toBe('é "quoted"');
    }
  });

  test('data starts on a multiple of 8 bytes and lies in the order of the layers', () => {
    const bytes = encodeSafetensors(networkOf([2], 1));
    const length = new DataView(bytes.buffer).getUint32(0, true);
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      unknown
    >;
    expect(Object.keys(header)).toEqual([
      '__metadata__',
      'layers.0.weight',
      'layers.0.bias',
      'layers.1.weight',
      'layers.1.bias',
    ]);
    expect(header['layers.0.weight']).toEqual({ dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] });
    expect(bytes.length).toBe(8 + length + 4 * 9);
  });

  test('sigmoid outputs are kept', () => {
    const bytes = encodeSafetensors({ ...networkOf([2], 1), output: 'sigmoid' });
    expect(parseSafetensors(bytes).output).toBe('sigmoid');
  });

  test.each([
    ['layers.0', 'layers.1'],
    ['net.0', 'net.2'],
    ['0', '2'],
    ['fc1', 'fc2'],
    ['fc9', 'fc10'],
    ['hidden.0', 'output'],
    ['input', 'layers.0'],
    ['module._orig_mod.blocks.0.linear', 'module._orig_mod.blocks.1.linear'],
    ['fc1', 'out'],
    ['block1.linear9', 'block1.linear10'],
  ])('modules %s and %s are put in order', (first, second) => {
    expect([...parseSafetensors(tiny(first, second)).parameters]).toEqual([1, 2, 3, 4, 5]);
  });

  test('a missing bias is zero and a missing slope is null', () => {
    const back = parseSafetensors(
      tensorFile([
        { name: '0.weight', dtype: 'F32', shape: [1, 2], bytes: floats([1, 2]) },
        { name: '1.weight', dtype: 'F32', shape: [1, 1], bytes: floats([4]) },
      ]),
    );
    expect([...back.parameters]).toEqual([1, 2, 0, 4, 0]);
    expect(back.slope).toBeNull();
  });

  test('kernels of Keras and Flax are turned, and dense_1 comes after dense', () => {
    const kernel = (name: string, shape: number[], values: number[]) => ({
      name,
      dtype: 'F32',
      shape,
      bytes: floats(values),
    });
    const back = parseSafetensors(
      tensorFile([
        kernel('dense_1/bias:0', [2], [9, 10]),
        kernel('dense_1/kernel:0', [2, 2], [5, 6, 7, 8]),
        kernel('dense/kernel:0', [2, 2], [1, 2, 3, 4]),
      ]),
    );
    expect([...back.parameters]).toEqual([1, 3, 2, 4, 0, 0, 5, 7, 6, 8, 9, 10]);
    const twice = [kernel('a.kernel', [2, 1], [1, 2]), kernel('a.weight', [1, 2], [1, 2])];
    expect(() => parseSafetensors(tensorFile(twice))).toThrow("layer 'a' has two tensors for its weight");
  });

  test('an assumed slope is not written', () => {
    const bytes = encodeSafetensors(networkOf([2], 1, 0.01), { title: 'x' }, false);
    expect(parseSafetensors(bytes)).toMatchObject({
      slope: null,
      metadata: { title: 'x', output: 'affine', domain: '[0,1]^2' },
    });
    expect(Object.keys(parseSafetensors(bytes).metadata)).not.toContain('activation');
  });

  test('float64, float16 and bfloat16 become float32', () => {
    const halves = (values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
    const back = parseSafetensors(
      tensorFile([
        {
          name: '0.weight',
          dtype: 'F64',
          shape: [3, 2],
          bytes: new Uint8Array(Float64Array.from([0.1, -2, 0, 0, 0, 0]).buffer),
        },
        { name: '0.bias', dtype: 'F16', shape: [3], bytes: halves([0x3c00, 0xc100, 0x0001]) },
        { name: '1.weight', dtype: 'BF16', shape: [1, 3], bytes: halves([0x3f80, 0xbf00, 0x0000]) },
        { name: '1.bias', dtype: 'F16', shape: [1], bytes: halves([0x7bff]) },
      ]),
    );
    expect([...back.parameters.subarray(0, 2)]).toEqual([Math.fround(0.1), -2]);
    expect([...back.parameters.subarray(6)]).toEqual([1, -2.5, 2 ** -24, 1, -0.5, 0, 65504]);
  });

  test('relu means slope 0, negative_slope is read, other activations are refused', () => {
    expect(parseSafetensors(tiny('0', '1', { activation: 'ReLU' })).slope).toBe(0);
    expect(parseSafetensors(tiny('0', '1', { activation: 'LeakyReLU', negative_slope: '0.2' })).slope).toBe(
      0.2,
    );
    expect(() => parseSafetensors(tiny('0', '1', { activation: 'tanh' }))).toThrow(
      new ImportError("activation 'tanh' cannot be read, only relu and leaky_relu"),
    );
    expect(() => parseSafetensors(tiny('0', '1', { negative_slope: 'steep' }))).toThrow(ImportError);
  });

  const weight = (name: string, shape: number[]): Parameters<typeof tensorFile>[0][number] => ({
    name,
    dtype: 'F32',
    shape,
    bytes: new Uint8Array(4 * shape.reduce((product, extent) => product * extent, 1)),
  });

  test.each([
    ['three inputs', [weight('0.weight', [4, 3]), weight('1.weight', [1, 4])], 'expected [outputs, 2]'],
    ['a broken chain', [weight('0.weight', [4, 2]), weight('1.weight', [1, 5])], 'expected [outputs, 4]'],
    ['four outputs', [weight('0.weight', [4, 2]), weight('1.weight', [4, 4])], 'expected 1 to 3'],
    ['513 neurons', [weight('0.weight', [513, 2]), weight('1.weight', [1, 513])], 'expected 1 to 512'],
    ['width 0', [weight('0.weight', [0, 2]), weight('1.weight', [1, 0])], 'expected 1 to 512'],
    ['one layer', [weight('0.weight', [1, 2])], 'at least 2'],
    ['102 layers', Array.from({ length: 102 }, (_, k) => weight(`${k}.weight`, [2, 2])), 'at most 100'],
    [
      'batch normalisation',
      [weight('0.weight', [2, 2]), weight('1.running_mean', [2])],
      'not the weight or bias',
    ],
    ['a convolution', [weight('0.weight', [2, 2, 3]), weight('1.weight', [1, 2])], 'expected [outputs, 2]'],
    ['a lone bias', [weight('0.weight', [2, 2]), weight('1.bias', [2])], 'a bias but no weight'],
    [
      'a wrong bias',
      [weight('0.weight', [2, 2]), weight('0.bias', [3]), weight('1.weight', [1, 2])],
      'expected [2]',
    ],
  ])('%s is refused', (_, tensors, message) => {
    expect(() => parseSafetensors(tensorFile(tensors))).toThrow(ImportError);
    expect(() => parseSafetensors(tensorFile(tensors))).toThrow(message);
  });

  test('values that are not finite are refused', () => {
    const network = networkOf([2], 1);
    network.parameters[4] = NaN;
    expect(() => parseSafetensors(encodeSafetensors(network))).toThrow("'layers.0.bias' holds values");
  });

  test('bad containers are refused in one line', () => {
    const one = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
    const files: [string, Uint8Array][] = [
      ['empty', new Uint8Array(0)],
      ['text', new TextEncoder().encode('not a safetensors file at all')],
      ['huge header', Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 0, 123, 125])],
      ['list', rawFile('[]', [])],
      ['gap', rawFile(`{"a.weight":${one.replace('[0,4]', '[4,8]')}}`, [floats([1, 2])])],
      ['overlap', rawFile(`{"a.weight":${one},"b.weight":${one}}`, [floats([1])])],
      ['rest', rawFile(`{"a.weight":${one}}`, [floats([1, 2])])],
      ['offsets beyond the file', rawFile(`{"a.weight":${one}}`, [])],
      ['offsets of the wrong size', rawFile(`{"a.weight":${one.replace('[1]', '[2]')}}`, [floats([1])])],
      ['negative extents', rawFile(`{"a.weight":${one.replace('[1]', '[-1,-1]')}}`, [floats([1])])],
      ['integers', rawFile(`{"a.weight":${one.replace('F32', 'I32')}}`, [floats([1])])],
      ['type from the prototype', rawFile(`{"a.weight":${one.replace('F32', 'toString')}}`, [floats([1])])],
      ['metadata', rawFile('{"__metadata__":{"a":1}}', [])],
      ['line breaks in names', rawFile(`{"a\\nb":${one}}`, [floats([1])])],
    ];
    for (const [what, bytes] of files) {
      let message = '';
      try {
        parseSafetensors(bytes);
      } catch (error) {
        expect(error, what).toBeInstanceOf(ImportError);
        message = (error as Error).message;
      }
      expect(message, what).toMatch(/^[^\n]+$/);
    }
  });

  test('damaged files give an ImportError or finite parameters, nothing else', () => {
    const good = encodeSafetensors(networkOf([3, 2], 1));
    const damage = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = good.slice(0, length % 5 === 0 ? length : good.length);
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          try {
            const { parameters } = parseSafetensors(bytes);
            expect(parameters.every(Number.isFinite)).toBe(true);
          } catch (error) {
            if (!(error instanceof ImportError)) throw error;
          }
        },
      ),
      { numRuns: fuzzRuns(1500) },
    );
  });

  test('arbitrary headers give an ImportError', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.uint8Array({ maxLength: 64 }),
        (header, data) => {
          expect(() => parseSafetensors(rawFile(JSON.stringify(header), [data]))).toThrow(ImportError);
        },
      ),
      { numRuns: fuzzRuns(500) },
    );
  });
});

test('a name that a header has twice is refused, however it is written', () => {
  const weight = (name: string, from: number): string =>
    `"${name}":{"dtype":"F32","shape":[1,2],"data_offsets":[${from},${from + 8}]}`;
  const last = '"b.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}';
  const parts = [floats([1, 2]), floats([4])];
  const parse = (header: string): unknown => parseSafetensors(rawFile(header, parts));
  expect(() => parse(`{${weight('a.weight', 0)},${last}}`)).not.toThrow();
  expect(() => parse(`{${weight('a.weight', 0)},${last},${weight('a.weight', 0)}}`)).toThrow(
    /'a\.weight' twice/,
  );
  expect(() => parse(`{${weight('a.weight', 0)},${last},${weight('\\u0061.weight', 0)}}`)).toThrow(/twice/);
  const slopes = '"__metadata__":{"negative_slope":"0.1","note":"a \\"}: b","negative_slope":"0.2"}';
  expect(() => parse(`{${slopes},${weight('a.weight', 0)},${last}}`)).toThrow(/'negative_slope' twice/);
  expect(() =>
    parse(`{"__metadata__":{"a.weight":"x","note":"\\"a.weight\\": {"},${weight('a.weight', 0)},${last}}`),
  ).not.toThrow();
});
