import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import proto, { type onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { ImportError } from '../../../experiments/formats/import-error.ts';
import { parseNetworkFile } from '../../../experiments/formats/network-file.ts';
import { encodeOnnx } from '../../../experiments/formats/onnx-model.ts';
import { parseOnnx } from '../../../experiments/formats/onnx-network.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { randomNetwork } from '../engines/random-networks.ts';

const { ModelProto } = proto.onnx;
const folder = new URL('../../fixtures/onnx/', import.meta.url);

interface Expected {
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly slope: number;
  readonly output: string;
  readonly parameters: readonly number[];
}

const fixtures = Object.entries(
  JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<string, Expected>,
);

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`${name}.onnx`, folder));
}

test.each(fixtures)('a model of another program is read: %s', (name, expected) => {
  const { shape, slope, output, parameters } = parseNetworkFile(fixture(name));
  expect({ ...shape, slope, output }).toEqual({
    hidden: expected.hidden,
    outputs: expected.outputs,
    slope: expected.slope,
    output: expected.output,
  });
  expect([...parameters]).toEqual(expected.parameters);
});

test('an exported model is read back bit for bit', () => {
  for (const slope of [0, 0.01, 0.3]) {
    const network = randomNetwork({ hidden: [257, 3, 4], outputs: 3 }, 5, slope, 'sigmoid');
    expect(parseNetworkFile(encodeOnnx(network))).toMatchObject({ ...network });
  }
});

/** The first fixture with a change to its graph. */
function changed(change: (graph: onnx.IGraphProto) => void): Uint8Array {
  const model = ModelProto.decode(fixture('torch-gemm'));
  change(model.graph!);
  return ModelProto.encode(model).finish();
}

const node = (graph: onnx.IGraphProto, at: number): onnx.INodeProto => graph.node![at];

describe('what cannot be read is said in one line', () => {
  test.each<[string, RegExp, (graph: onnx.IGraphProto) => void]>([
    [
      'another activation',
      /LeakyRelu.*\(Tanh\) is not supported; only Gemm/,
      (graph) => (node(graph, 1).opType = 'Tanh'),
    ],
    [
      'a custom operator',
      /com\.microsoft.*not supported|not supported/,
      (graph) => (node(graph, 1).domain = 'com.microsoft'),
    ],
    [
      'another input size',
      /expected \[outputs, 2\]; a network here has the two inputs/,
      (graph) => {
        const [weight] = graph.initializer!;
        weight.dims = [5, 3];
        weight.rawData = new Uint8Array(60);
      },
    ],
    ['two inputs', /has 2 inputs/, (graph) => graph.input!.push({ name: 'more' })],
    ['no inputs', /has 0 inputs/, (graph) => (graph.input = [])],
    [
      'a skip connection',
      /joins two branches/,
      (graph) => {
        graph.node!.splice(2, 0, {
          opType: 'Add',
          input: [node(graph, 0).output![0], node(graph, 1).output![0]],
          output: ['sum'],
        });
        node(graph, 3).input![0] = 'sum';
      },
    ],
    ['two slopes', /different slopes/, (graph) => (node(graph, 3).attribute![0].f = 0.2)],
    ['no activation', /no activation between/, (graph) => (node(graph, 1).opType = 'Identity')],
    [
      'an activation at the end',
      /activation behind the last layer/,
      (graph) => {
        graph.node!.push({ opType: 'Relu', input: ['output'], output: ['end'] });
        graph.output = [{ name: 'end' }];
      },
    ],
    [
      'external data',
      /lie in another file; save the model as one file/,
      (graph) => {
        graph.initializer![0].dataLocation = 1;
        graph.initializer![0].externalData = [{ key: 'location', value: '../../etc/passwd' }];
      },
    ],
    [
      'quantised weights',
      /of type INT8; only floating-point/,
      (graph) => (graph.initializer![0].dataType = 3),
    ],
    [
      'weights that are cut off',
      /has 9 values for the shape \[5, 2\]/,
      (graph) => {
        graph.initializer![0].rawData = graph.initializer![0].rawData!.slice(0, 36);
      },
    ],
    [
      'weights that are not finite',
      /not finite/,
      (graph) => (graph.initializer![0].rawData = new Uint8Array(40).fill(255)),
    ],
    [
      'a circle',
      /circle|nothing makes|branches/,
      (graph) => (node(graph, 0).input![0] = node(graph, 1).output![0]),
    ],
    ['a missing value', /nothing makes/, (graph) => (node(graph, 2).input![0] = 'nowhere')],
    ['no output', /nothing makes/, (graph) => (graph.output = [])],
    ['scaled layers', /alpha is not 1/, (graph) => (node(graph, 0).attribute![0].f = 2)],
    ['a loop of functions', /sparse tensors cannot be read/, (graph) => (graph.sparseInitializer = [{}])],
  ])('%s', (_, message, change) => {
    let found: unknown;
    try {
      parseOnnx(changed(change));
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(ImportError);
    expect((found as Error).message).toMatch(message);
    expect((found as Error).message).not.toContain('\n');
  });

  test('files of other formats get a hint', () => {
    const text = (words: string): Uint8Array => Uint8Array.from(words, (letter) => letter.charCodeAt(0));
    expect(() => parseNetworkFile(text('PK\x03\x04 and so on'))).toThrow(/zip archive.*safetensors/);
    expect(() => parseNetworkFile(text('\x80\x02}q'))).toThrow(/pickle/);
    expect(() => parseNetworkFile(text('\x89HDF\r\n'))).toThrow(/HDF5/);
    expect(() => parseNetworkFile(text('hello there'))).toThrow(/not an ONNX file/);
    expect(() => parseNetworkFile(new Uint8Array(0))).toThrow(/empty/);
    expect(() => parseNetworkFile(text('version https://git-lfs.github.com/spec/v1'))).toThrow(/Git LFS/);
    expect(() => parseNetworkFile(text('<!doctype html>'))).toThrow(/web page/);
    // What is called safetensors is not said to be no ONNX.
    for (const bytes of [new Uint8Array(0), text('hello there'), new Uint8Array(30)])
      expect(() => parseNetworkFile(bytes, 'ring.safetensors')).toThrow(/^not a safetensors file/);
  });
});

describe('hostile models', () => {
  /** A field with a length in the wire format. */
  function field(number: number, content: Uint8Array): Uint8Array {
    const head: number[] = [8 * number + 2];
    for (let left = content.length; ; left = Math.floor(left / 128)) {
      head.push(left < 128 ? left : (left % 128) + 128);
      if (left < 128) break;
    }
    return Uint8Array.from([...head, ...content]);
  }

  test('nesting without end is refused before it is decoded', () => {
    let graph = field(1, field(4, Uint8Array.of(65)));
    for (let depth = 0; depth < 2000; depth++) graph = field(1, field(5, field(6, graph)));
    expect(() => parseOnnx(field(7, graph))).toThrow(/nested too deeply/);
    expect(() => parseOnnx(new Uint8Array(100_000).fill(0x0b))).toThrow(/not an ONNX file/);
  });

  test('a small file that would become gigabytes of objects is refused', () => {
    // A packed list of five million whole numbers: 1 dims, 5 int32, 7 int64 of a tensor.
    const million = new Uint8Array(5_000_000).fill(1);
    for (const number of [1, 5, 7]) {
      const model = field(7, field(5, field(number, million)));
      expect(() => parseOnnx(model)).toThrow(/too many parts/);
    }
    const nodes = new Uint8Array(2_000_000);
    for (let at = 0; at < nodes.length; at += 2) nodes[at] = 0x0a;
    expect(() => parseOnnx(field(7, nodes))).toThrow(/too many parts/);
  });

  test('damaged models give an ImportError or finite parameters, within memory', () => {
    const models = [
      ...fixtures.map(([name]) => fixture(name)),
      encodeOnnx(randomNetwork({ hidden: [3], outputs: 1 }, 1)),
    ];
    const damage = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (model, changes, length) => {
          const bytes = Uint8Array.from(length % 5 === 0 ? model.subarray(0, length % model.length) : model);
          for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
          try {
            expect(parseNetworkFile(bytes).parameters.every(Number.isFinite)).toBe(true);
          } catch (error) {
            if (!(error instanceof ImportError)) throw error;
          }
        },
      ),
      { numRuns: fuzzRuns(500) },
    );
  });

  test('arbitrary bytes give an ImportError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => parseNetworkFile(bytes)).toThrow(ImportError);
      }),
      { numRuns: fuzzRuns(500) },
    );
  });
});
