/** Graphs that people's exporters write around a plain network, against onnxruntime on the same file. */
import proto, { type onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { onnxLibrary } from '../../../electron/compute/onnx-host.ts';
import { ImportError } from '../../../experiments/formats/import-error.ts';
import type { ImportedNetwork } from '../../../experiments/formats/imported-network.ts';
import { parseOnnx } from '../../../experiments/formats/onnx-network.ts';
import { layoutFromShape } from '../../../experiments/network/shape.ts';

const { ModelProto, TensorProto, AttributeProto } = proto.onnx;
const { DataType } = TensorProto;
const { AttributeType } = AttributeProto;

interface GraphRecipe {
  readonly nodes: readonly onnx.INodeProto[];
  readonly constants?: readonly onnx.ITensorProto[];
  readonly input?: readonly number[];
  readonly inputType?: number;
  readonly domains?: readonly string[];
}

const op = (
  opType: string,
  input: string[],
  output: string,
  attribute: onnx.IAttributeProto[] = [],
  domain = '',
): onnx.INodeProto => ({ opType, input, output: [output], attribute, domain });
const int = (name: string, i: number) => ({ name, type: AttributeType.INT, i });
const ints = (name: string, values: number[]) => ({ name, type: AttributeType.INTS, ints: values });
const float = (name: string, f: number) => ({ name, type: AttributeType.FLOAT, f });
const floats = (name: string, values: number[]) => ({ name, type: AttributeType.FLOATS, floats: values });

function tensor(name: string, dims: number[], values: readonly number[]): onnx.ITensorProto {
  return { name, dims, dataType: DataType.FLOAT, floatData: [...values] };
}

function whole(name: string, values: readonly number[]): onnx.ITensorProto {
  return { name, dims: [values.length], dataType: DataType.INT64, int64Data: [...values] };
}

/** Weights of a layer as they come, the same for each name. */
function numbers(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.fround(Math.sin(seed + 1.7 * at)));
}

const layerConstants = [
  tensor('w0', [5, 2], numbers(10, 1)),
  tensor('b0', [5], numbers(5, 2)),
  tensor('w1', [5, 5], numbers(25, 3)),
  tensor('b1', [5], numbers(5, 4)),
  tensor('w2', [1, 5], numbers(5, 5)),
  tensor('b2', [1], numbers(1, 6)),
];
const gemm = (from: string, layer: number, to: string) =>
  op('Gemm', [from, `w${layer}`, `b${layer}`], to, [int('transB', 1)]);
/** Two hidden layers between `from` and `to`, ReLU or what `activation` says. */
const chain = (from: string, to: string, activation = (x: string, y: string) => op('Relu', [x], y)) => [
  gemm(from, 0, 'h0'),
  activation('h0', 'a0'),
  gemm('a0', 1, 'h1'),
  activation('h1', 'a1'),
  gemm('a1', 2, to),
];

function model({ nodes, constants = [], input = [0, 2], inputType, domains = [] }: GraphRecipe): Uint8Array {
  const dim = input.map((extent) => (extent === 0 ? { dimParam: 'n' } : { dimValue: extent }));
  const elemType = inputType ?? DataType.FLOAT;
  return ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 15 }, ...domains.map((domain) => ({ domain, version: 1 }))],
    graph: {
      name: 'net',
      node: [...nodes],
      initializer: [...layerConstants, ...constants],
      input: [{ name: 'x', type: { tensorType: { elemType, shape: { dim } } } }],
      output: [{ name: 'y', type: { tensorType: { elemType: DataType.FLOAT } } }],
    },
  }).finish();
}

const points = Array.from({ length: 36 }, (_, at) => [((at % 6) + 0.5) / 6, (Math.floor(at / 6) + 0.5) / 6]);

function valuesOf({ shape, parameters, slope, output }: ImportedNetwork): number[] {
  const layers = layoutFromShape(shape);
  return points.flatMap((point) => {
    let values = point;
    layers.forEach(({ inputs, outputs, weightOffset, biasOffset }, layer) => {
      values = Array.from({ length: outputs }, (_, neuron) => {
        const weights = parameters.subarray(weightOffset + neuron * inputs);
        const sum = values.reduce(
          (total, value, at) => total + value * weights[at],
          parameters[biasOffset + neuron],
        );
        return sum > 0 || layer === layers.length - 1 ? sum : sum * (slope ?? NaN);
      });
    });
    return output === 'sigmoid' ? values.map((value) => 1 / (1 + Math.exp(-value))) : values;
  });
}

async function elsewhere(bytes: Uint8Array, input: readonly number[]): Promise<number[]> {
  const { InferenceSession, Tensor } = await onnxLibrary();
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const extents = input.length > 0 ? input.map((extent) => (extent === 0 ? points.length : extent)) : [];
  const feed = new Tensor('float32', Float32Array.from(points.flat()), extents);
  const { y } = await session.run({ x: feed });
  await session.release();
  return [...(y.data as Float32Array)];
}

describe('graphs of usual exporters are read as onnxruntime runs them', () => {
  test.each<[string, GraphRecipe]>([
    [
      'a Reshape before the first layer',
      { nodes: [op('Reshape', ['x', 's'], 'r'), ...chain('r', 'y')], constants: [whole('s', [-1, 2])] },
    ],
    [
      'a Flatten before the first layer',
      { nodes: [op('Flatten', ['x'], 'r'), ...chain('r', 'y')], input: [0, 1, 2] },
    ],
    [
      'a Reshape that keeps rows between layers',
      {
        nodes: [
          gemm('x', 0, 'h0'),
          op('Relu', ['h0'], 'q'),
          op('Reshape', ['q', 's'], 'a0'),
          gemm('a0', 1, 'h1'),
          op('Relu', ['h1'], 'a1'),
          gemm('a1', 2, 'y'),
        ],
        constants: [whole('s', [0, -1])],
      },
    ],
    [
      'Sigmoid, then Squeeze',
      {
        nodes: [...chain('x', 'o'), op('Sigmoid', ['o'], 'p'), op('Squeeze', ['p', 's'], 'y')],
        constants: [whole('s', [1])],
      },
    ],
    [
      'Squeeze, then Sigmoid',
      {
        nodes: [...chain('x', 'o'), op('Squeeze', ['o', 's'], 'p'), op('Sigmoid', ['p'], 'y')],
        constants: [whole('s', [1])],
      },
    ],
    [
      'Reshape to one list, Sigmoid, Identity',
      {
        nodes: [
          ...chain('x', 'o'),
          op('Reshape', ['o', 's'], 'q'),
          op('Sigmoid', ['q'], 'p'),
          op('Identity', ['p'], 'y'),
        ],
        constants: [whole('s', [-1])],
      },
    ],
    [
      'Clip from 0 as ReLU',
      { nodes: chain('x', 'y', (x, y) => op('Clip', [x, 'zero'], y)), constants: [tensor('zero', [], [0])] },
    ],
    [
      'Max with 0 as ReLU',
      { nodes: chain('x', 'y', (x, y) => op('Max', [x, 'zero'], y)), constants: [tensor('zero', [], [0])] },
    ],
    [
      '2 x - 1 before the first layer',
      {
        nodes: [op('Mul', ['x', 'two'], 'm'), op('Sub', ['m', 'one'], 's'), ...chain('s', 'y')],
        constants: [tensor('two', [], [2]), tensor('one', [1], [1])],
      },
    ],
    [
      '(x - mean) / deviation for each input',
      {
        nodes: [op('Sub', ['x', 'mean'], 'm'), op('Div', ['m', 'dev'], 's'), ...chain('s', 'y')],
        constants: [tensor('mean', [2], [0.5, 0.25]), tensor('dev', [1, 2], [0.3, 0.7])],
      },
    ],
    [
      '1 - x',
      { nodes: [op('Sub', ['one', 'x'], 's'), ...chain('s', 'y')], constants: [tensor('one', [1], [1])] },
    ],
    [
      'a bias of [1, 5]',
      {
        nodes: [op('MatMul', ['x', 't'], 'm'), op('Add', ['m', 'bias'], 'h0'), ...chain('x', 'y').slice(1)],
        constants: [tensor('t', [2, 5], numbers(10, 9)), tensor('bias', [1, 5], numbers(5, 8))],
      },
    ],
    [
      'a Constant with value_floats',
      {
        nodes: [
          op('Constant', [], 'bias', [floats('value_floats', numbers(5, 8))]),
          op('Gemm', ['x', 'w0', 'bias'], 'h0', [int('transB', 1)]),
          ...chain('x', 'y').slice(1),
        ],
      },
    ],
    [
      'a Constant with value_float',
      {
        nodes: [
          op('Constant', [], 'bias', [float('value_float', 0.25)]),
          op('Gemm', ['x', 'w0', 'bias'], 'h0', [int('transB', 1)]),
          ...chain('x', 'y').slice(1),
        ],
      },
    ],
    [
      'a Transpose with perm [0, 1], which does nothing',
      {
        nodes: [
          ...chain('x', 'y').slice(0, 2),
          op('Transpose', ['w1'], 't', [ints('perm', [0, 1])]),
          op('MatMul', ['a0', 't'], 'm'),
          op('Add', ['m', 'b1'], 'h1'),
          op('Relu', ['h1'], 'a1'),
          gemm('a1', 2, 'y'),
        ],
      },
    ],
    [
      'a Transpose with perm [1, 0]',
      {
        nodes: [
          ...chain('x', 'y').slice(0, 2),
          op('Transpose', ['w1'], 't', [ints('perm', [1, 0])]),
          op('MatMul', ['a0', 't'], 'm'),
          op('Add', ['m', 'b1'], 'h1'),
          op('Relu', ['h1'], 'a1'),
          gemm('a1', 2, 'y'),
        ],
      },
    ],
    ['a Cast to float', { nodes: [op('Cast', ['x'], 'c', [int('to', DataType.FLOAT)]), ...chain('c', 'y')] }],
    [
      'a Dropout that is switched off',
      {
        nodes: [
          ...chain('x', 'y').slice(0, 4),
          op('Dropout', ['a1', 'ratio', 'off'], 'd'),
          gemm('d', 2, 'y'),
        ],
        constants: [
          tensor('ratio', [], [0.5]),
          { name: 'off', dims: [], dataType: DataType.BOOL, int32Data: [0] },
        ],
      },
    ],
  ])('%s', async (_, recipe) => {
    const bytes = model(recipe);
    const expected = await elsewhere(bytes, recipe.input ?? [0, 2]);
    const values = valuesOf(parseOnnx(bytes));
    expect(values).toHaveLength(expected.length);
    values.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5));
  });
});

describe('what changes values is refused by its name', () => {
  const cast = (to: number) => [
    ...chain('x', 'y').slice(0, 4),
    op('Cast', ['a1'], 'c', [int('to', to)]),
    gemm('c', 2, 'y'),
  ];
  test.each<[string, GraphRecipe, RegExp]>([
    ['a Cast to INT64', { nodes: cast(DataType.INT64) }, /\(Cast\) changes values to INT64/],
    ['a Cast to BOOL', { nodes: cast(DataType.BOOL) }, /changes values to BOOL/],
    ['a Cast to FLOAT16, which rounds', { nodes: cast(DataType.FLOAT16) }, /changes values to FLOAT16/],
    [
      'a Cast of the result',
      { nodes: [...chain('x', 'o'), op('Cast', ['o'], 'y', [int('to', DataType.UINT8)])] },
      /UINT8/,
    ],
    [
      'a Cast of weights',
      {
        nodes: [
          op('Cast', ['w0'], 'w', [int('to', DataType.INT32)]),
          op('Gemm', ['x', 'w', 'b0'], 'h0', [int('transB', 1)]),
          ...chain('x', 'y').slice(1),
        ],
      },
      /INT32/,
    ],
    [
      'a Transpose of another program',
      {
        nodes: [
          op('Transpose', ['w0'], 't', [ints('perm', [1, 0])], 'com.acme'),
          op('MatMul', ['x', 't'], 'h0'),
          ...chain('x', 'y').slice(1),
        ],
        domains: ['com.acme'],
      },
      /branches|com\.acme/,
    ],
    [
      'a Relu of another program',
      { nodes: chain('x', 'y', (x, y) => op('Relu', [x], y, [], 'com.acme')), domains: ['com.acme'] },
      /not supported/,
    ],
    [
      'a Dropout in training',
      {
        nodes: [...chain('x', 'y').slice(0, 4), op('Dropout', ['a1', 'ratio', 'on'], 'd'), gemm('d', 2, 'y')],
        constants: [
          tensor('ratio', [], [0.5]),
          { name: 'on', dims: [], dataType: DataType.BOOL, int32Data: [1] },
        ],
      },
      /Dropout\) drops values/,
    ],
    [
      'a Clip at 6',
      {
        nodes: chain('x', 'y', (x, y) => op('Clip', [x, 'zero', 'six'], y)),
        constants: [tensor('zero', [], [0]), tensor('six', [], [6])],
      },
      /cuts off at 0 and 6/,
    ],
    [
      'a Max with 1',
      { nodes: chain('x', 'y', (x, y) => op('Max', [x, 'one'], y)), constants: [tensor('one', [], [1])] },
      /Max of a value and 0/,
    ],
    [
      'a Reshape that mixes points',
      {
        nodes: [...chain('x', 'y').slice(0, 4), op('Reshape', ['a1', 's'], 'r'), gemm('r', 2, 'y')],
        constants: [whole('s', [-1, 10])],
      },
      /comes after .*Reshape/,
    ],
    [
      'a layer behind a Squeeze',
      { nodes: [op('Squeeze', ['x'], 'q'), ...chain('q', 'y')] },
      /comes after .*Squeeze/,
    ],
    [
      'a second Sigmoid',
      { nodes: [...chain('x', 'o'), op('Sigmoid', ['o'], 'p'), op('Sigmoid', ['p'], 'y')] },
      /comes after/,
    ],
    ['whole numbers as input', { nodes: chain('x', 'y'), inputType: DataType.INT64 }, /of type INT64/],
    ['points of three values', { nodes: chain('x', 'y'), input: [0, 3] }, /3 values a point/],
    ['a value that is made twice', { nodes: [...chain('x', 'y'), op('Relu', ['h0'], 'a0')] }, /made twice/],
    [
      'a constant that is there twice',
      { nodes: chain('x', 'y'), constants: [tensor('w0', [5, 2], numbers(10, 7))] },
      /there twice/,
    ],
    [
      'a slope of 1',
      { nodes: chain('x', 'y', (x, y) => op('LeakyRelu', [x], y, [float('alpha', 1)])) },
      /not from 0 to less than 1/,
    ],
  ])('%s', (_, recipe, words) => {
    const bytes = model(recipe);
    expect(() => parseOnnx(bytes)).toThrow(ImportError);
    expect(() => parseOnnx(bytes)).toThrow(words);
  });
});
