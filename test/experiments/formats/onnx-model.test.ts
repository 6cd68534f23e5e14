import proto from 'onnx-proto';
import { expect, test } from 'vitest';
import { onnxLibrary } from '../../../electron/compute/onnx-host.ts';
import { encodeOnnx } from '../../../experiments/formats/onnx-model.ts';
import { parseOnnx } from '../../../experiments/formats/onnx-network.ts';
import { parameterCount } from '../../../experiments/network/shape.ts';
import { deepNetwork, ringNetwork } from '../../fixtures/ring-network.ts';
import { randomNetwork } from '../engines/random-networks.ts';
import { agreementWithOnnxruntime } from './onnx-agreement.ts';

test.each([
  ['30 layers of 30, 6000 epochs', () => ringNetwork(6000), 256],
  ['20 layers of 100, 100 epochs', deepNetwork, 128],
] as const)('onnxruntime and the lab agree on trained networks: %s', async (_, network, size) => {
  const exact = await agreementWithOnnxruntime(network(), size, 'float64');
  expect(exact.equalHashes).toBe(size * size);
  expect(exact.largestDifference).toBeLessThan(1e-6);
  // Float32 in another order moves some creases by a hair, and values near steep ones.
  const rounded = await agreementWithOnnxruntime(network(), size, 'float32');
  expect(rounded.equalHashes).toBeGreaterThanOrEqual(0.9995 * size * size);
  expect(rounded.largestDifference).toBeLessThan(2e-4);
});

test.each([
  { kind: 'fold', axis: 'x', period: 0.25, phase: 0.25 },
  { kind: 'fold', axis: 'y', period: 0.3, phase: 0.1 },
  { kind: 'sine', axis: 'x', period: 0.25, phase: 0.25 },
] as const)('inputs are mapped in the model: $kind of $axis', async (inputs) => {
  const network = { ...randomNetwork({ hidden: [20, 20], outputs: 1 }, 7, 0.01, 'affine'), inputs };
  const exact = await agreementWithOnnxruntime(network, 64, 'float64');
  expect(exact.equalHashes / exact.pixels).toBeGreaterThanOrEqual(0.999);
  expect(exact.largestDifference).toBeLessThan(1e-6);
  const rounded = await agreementWithOnnxruntime(network, 64, 'float32');
  expect(rounded.largestDifference).toBeLessThan(1e-4);
  expect(() => parseOnnx(encodeOnnx(network))).toThrow('only plain chains of layers can be read');
});

test.each([
  [[1], 1, 0.01, 'affine'],
  [[256, 3], 1, 0.01, 'affine'],
  [[257, 5], 2, 0.2, 'sigmoid'],
  [[512, 512], 3, 0, 'affine'],
] as const)('shape %j, %i outputs, slope %d, %s', async (hidden, outputs, slope, output) => {
  const network = randomNetwork({ hidden, outputs }, 7, slope, output);
  for (const [precision, least] of [
    ['float32', 0.999],
    ['float64', 0.9997],
  ] as const) {
    const { pixels, equalHashes, largestDifference } = await agreementWithOnnxruntime(network, 64, precision);
    expect(equalHashes / pixels).toBeGreaterThanOrEqual(least);
    expect(largestDifference).toBeLessThan(1e-5);
  }
});

test('the pattern is that of the hash, neuron by neuron', async () => {
  const network = randomNetwork({ hidden: [5, 3], outputs: 1 }, 3);
  const library = await onnxLibrary();
  const session = await library.InferenceSession.create(encodeOnnx(network));
  const points = Float32Array.of(0.1, 0.2, 0.8, 0.4, 0.5, 0.9);
  const { pattern } = await session.run({ points: new library.Tensor('float32', points, [3, 2]) });
  expect(pattern.dims).toEqual([3, 8]);
  expect(pattern.type).toBe('bool');
  const { parameters } = network;
  for (let point = 0; point < 3; point++) {
    for (let unit = 0; unit < 5; unit++) {
      const [x, y] = points.slice(2 * point);
      const z = parameters[2 * unit] * x + parameters[2 * unit + 1] * y + parameters[10 + unit];
      expect(pattern.data[8 * point + unit]).toBe(z > 0 ? 1 : 0);
    }
  }
});

test('a model states its operator set and keeps names, layout and metadata', () => {
  const network = ringNetwork(0);
  const model = proto.onnx.ModelProto.decode(encodeOnnx(network, { epoch: '0' }));
  expect([Number(model.irVersion), Number(model.opsetImport[0].version)]).toEqual([7, 13]);
  const names = model.graph!.initializer!.map(({ name }) => name);
  expect(names).toContain('layers.30.weight');
  expect(model.metadataProps).toContainEqual(expect.objectContaining({ key: 'epoch', value: '0' }));
  const again = parseOnnx(encodeOnnx(network));
  expect(again).toMatchObject({ shape: network.shape, slope: 0.01, output: 'affine' });
  expect(again.parameters).toEqual(network.parameters);
});

test('a model of the values alone has nothing but layers, and gives the same values', async () => {
  for (const slope of [0, 0.01]) {
    const network = { ...randomNetwork({ hidden: [5, 3], outputs: 2 }, 3), slope };
    const bytes = encodeOnnx(network, {}, 'float32', 'values');
    const { graph } = proto.onnx.ModelProto.decode(bytes);
    expect(graph!.output!.map(({ name }) => name)).toEqual(['values']);
    expect(new Set(graph!.node!.map(({ opType }) => opType))).toEqual(
      new Set(['Gemm', slope === 0 ? 'Relu' : 'LeakyRelu']),
    );
    expect(
      graph!.initializer!.every(({ dataType }) => dataType === proto.onnx.TensorProto.DataType.FLOAT),
    ).toBe(true);
    expect(parseOnnx(bytes)).toMatchObject({ shape: network.shape, slope });
    const points = Float32Array.of(0.1, 0.9, 0.5, 0.5, 0.8, 0.2);
    const { InferenceSession, Tensor } = await onnxLibrary();
    const valuesOf = async (model: Uint8Array): Promise<number[]> => {
      const session = await InferenceSession.create(model);
      const { values } = await session.run({ points: new Tensor('float32', points, [3, 2]) });
      return Array.from(values.data as Float32Array);
    };
    expect(await valuesOf(bytes)).toEqual(await valuesOf(encodeOnnx(network)));
  }
});

test('the same network gives the same bytes; parameters of another shape are refused', () => {
  const network = randomNetwork({ hidden: [4], outputs: 1 }, 1);
  expect(encodeOnnx(network)).toEqual(encodeOnnx(network));
  const parameters = new Float32Array(parameterCount(network.shape) + 1);
  expect(() => encodeOnnx({ ...network, parameters })).toThrow(RangeError);
});
