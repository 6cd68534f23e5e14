import { expect, it } from 'vitest';
import { kernelConstants, rowDemand } from '../../../experiments/polytopes/kernel-constants.ts';
import {
  constantsAddress,
  KernelMemory,
  type GeometryExports,
} from '../../../experiments/polytopes/kernel-memory.ts';
import { lineNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { kernel } from './geometry-kernel.ts';

/** A kernel that holds the unit square with the given values of one neuron at its corners. */
function kernelWithValues(values: readonly [number, number, number, number]): KernelMemory {
  const network = lineNetwork([[1, 1, 0]]);
  const constants = kernelConstants(network, constantsAddress);
  const exports = new WebAssembly.Instance(kernel).exports as unknown as GeometryExports;
  const capacity = { slots: 64, vertices: 64, edges: 256, regions: 64, sides: 256 };
  const memory = new KernelMemory(exports, rowDemand(network), constants.bytes.length, capacity);
  memory.area(constantsAddress, constants.bytes.length).set(constants.bytes);
  const { buffer } = exports.memory;
  const floats = (section: 'rows' | 'positions', length: number): Float64Array =>
    new Float64Array(buffer, memory.address(section), length);
  const corners = [0, 0, 1, 0, 1, 1, 0, 1];
  const rowLength = memory.rowBytes / 8;
  for (let corner = 0; corner < 4; corner++) {
    const xy = corners.slice(2 * corner, 2 * corner + 2);
    floats('rows', 4 * rowLength).set([...xy, values[corner]], corner * rowLength);
    const sign = BigInt(Math.sign(values[corner]));
    new BigUint64Array(buffer, memory.address('signs'), 8).set(
      [sign > 0n ? 1n : 0n, sign < 0n ? 1n : 0n],
      2 * corner,
    );
    new Int32Array(buffer, memory.address('edgeNodes'), 16).set([corner, -1, -1, -1], 4 * corner);
    new Int32Array(buffer, memory.address('lists'), 8).set([corner, corner], 2 * corner);
    new Int32Array(buffer, memory.address('vertexIds'), 4)[corner] = corner;
  }
  new Int32Array(buffer, memory.address('headers'), 6).set([0, 4, 4, 0, 0, 0]);
  exports.setMesh(4, 4);
  exports.loadChunk(4, 1, 4);
  exports.resumeLayer(constants.layers[0]!);
  expect(exports.cutPolygons()).toBe(0);
  return memory;
}

it('two crossings make two polygons and three edges more', () => {
  const counters = kernelWithValues([1, 1, -1, -1]).counters();
  expect(counters).toMatchObject({ polygons: 2, vertices: 6, edges: 4 + 4 + 1, repairs: 0 });
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
