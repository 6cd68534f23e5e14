import { expect, it } from 'vitest';
import type { Network } from '../../../experiments/network/shape.ts';
import {
  kernelConstants,
  rowDemand,
  type KernelConstants,
} from '../../../experiments/polytopes/kernel-constants.ts';
import {
  constantsAddress,
  KernelMemory,
  type GeometryExports,
} from '../../../experiments/polytopes/kernel-memory.ts';
import { lineNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { kernel } from './geometry-kernel.ts';

function openedKernel(network: Network, constants: KernelConstants): KernelMemory {
  const exports = new WebAssembly.Instance(kernel).exports as unknown as GeometryExports;
  const capacity = { slots: 64, vertices: 64, edges: 256, regions: 64, sides: 256 };
  const memory = new KernelMemory(exports, rowDemand(network), constants.bytes.length, capacity);
  memory.area(constantsAddress, constants.bytes.length).set(constants.bytes);
  return memory;
}

/** Makes a square of the first four rows the kernel's only polygon. */
function startSquare(memory: KernelMemory): void {
  const { buffer } = memory.exports.memory;
  for (let corner = 0; corner < 4; corner++) {
    new Int32Array(buffer, memory.address('edgeNodes'), 16).set([corner, -1, -1, -1], 4 * corner);
    new Int32Array(buffer, memory.address('lists'), 8).set([corner, corner], 2 * corner);
    new Int32Array(buffer, memory.address('vertexIds'), 4)[corner] = corner;
  }
  new Int32Array(buffer, memory.address('headers'), 6).set([0, 4, 4, 0, 0, 0]);
  memory.exports.setMesh(4, 4);
  memory.exports.loadChunk(4, 1, 4);
}

/** A kernel that has cut the unit square by one neuron with the given values at its corners. */
function kernelWithValues(values: readonly [number, number, number, number]): KernelMemory {
  const network = lineNetwork([[1, 1, 0]]);
  const constants = kernelConstants(network, constantsAddress);
  const memory = openedKernel(network, constants);
  const { buffer } = memory.exports.memory;
  const corners = [0, 0, 1, 0, 1, 1, 0, 1];
  values.forEach((value, corner) => {
    const row = memory.address('rows') + corner * memory.rowBytes;
    new Float64Array(buffer, row, 3).set([corners[2 * corner]!, corners[2 * corner + 1]!, value]);
    const signs = [value > 0 ? 1n : 0n, value < 0 ? 1n : 0n];
    new BigUint64Array(buffer, memory.address('signs'), 8).set(signs, 2 * corner);
  });
  startSquare(memory);
  memory.exports.resumeLayer(constants.layers[0]!);
  expect(memory.exports.cutPolygons()).toBe(0);
  return memory;
}

it('two crossings make two polygons and three edges more', () => {
  const counters = kernelWithValues([1, 1, -1, -1]).counters();
  expect(counters).toMatchObject({ polygons: 2, vertices: 6, edges: 4 + 4 + 1, repairs: 0 });
});

it('a vertex that two polygons share has one row', () => {
  const network = lineNetwork([
    [1, 0, -0.5],
    [0, 1, -0.25],
    [1, 1, -1.125],
  ]);
  const constants = kernelConstants(network, constantsAddress);
  const memory = openedKernel(network, constants);
  const corners = [0, 0, 1, 0, 1, 1, 0, 1];
  corners.forEach((value, i) => {
    const row = memory.address('rows') + (i >> 1) * memory.rowBytes;
    new Float64Array(memory.exports.memory.buffer, row, 2)[i & 1] = value;
  });
  startSquare(memory);
  memory.exports.openLayer(constants.layers[0]!, 1);
  expect(memory.exports.cutPolygons()).toBe(0);
  expect(memory.counters()).toMatchObject({ polygons: 7, vertices: 13, slots: 13 });
});

it('a vertex on a crease has the value 0 there, not what interpolation leaves', () => {
  const memory = kernelWithValues([0.3, 0.7, -0.1, -1.1]);
  const rows = new Float64Array(
    memory.exports.memory.buffer,
    memory.address('rows'),
    (6 * memory.rowBytes) / 8,
  );
  expect([4, 5].map((slot) => rows[(slot * memory.rowBytes) / 8 + 2])).toEqual([0, 0]);
});

it('a crossing at a corner makes no vertex there', () => {
  expect(kernelWithValues([1, 0, -1, 0]).counters()).toMatchObject({ polygons: 2, vertices: 4, edges: 5 });
  expect(kernelWithValues([1, 0, -1, -1]).counters()).toMatchObject({
    polygons: 2,
    vertices: 5,
    edges: 4 + 2 + 1,
  });
});

it('no strictly negative corner means no cut', () => {
  expect(kernelWithValues([1, 0, 0, 1]).counters()).toMatchObject({ polygons: 1, vertices: 4, edges: 4 });
});

it('four crossings, as only rounding could make them, cut all four edges but part the polygon once', () => {
  const memory = kernelWithValues([1, -1, 3, -1]);
  const counters = memory.counters();
  expect(counters).toMatchObject({ polygons: 2, vertices: 8, edges: 4 + 8 + 1, repairs: 1 });
  const headers = new Int32Array(memory.exports.memory.buffer, memory.address('headers'), 12);
  // The corner with the largest value is cut off; the rest keeps every other vertex, so that neighbours fit.
  expect([headers[1], headers[7]]).toEqual([3, 7]);
});
