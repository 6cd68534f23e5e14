import { describe, expect, it } from 'vitest';
import { unitView, type View } from '../../../experiments/engines/engine.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { complexCounts } from '../../../experiments/polytopes/complex-counts.ts';
import { complexFromParts } from '../../../experiments/polytopes/part-joining.ts';
import type { Complex } from '../../../experiments/polytopes/complex.ts';
import { transferablesOf } from '../../../experiments/tasks/transferables.ts';
import {
  extractComplexInSteps,
  extractFew,
  extractTiles,
  tileCount,
} from '../../../experiments/polytopes/extract-complex.ts';
import {
  initialNetwork,
  lineNetwork,
  squareView,
} from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract, kernel, windowView } from './geometry-kernel.ts';

/** Regions as sorted text: hash, and the exact coordinates and edge labels along the sides from the lowest vertex. */
function canonicalRegions(complex: Complex): string[] {
  return Array.from({ length: complex.regionCount }, (_, region) => {
    const sides: string[] = [];
    for (let side = complex.offsets[region]; side < complex.offsets[region + 1]; side++) {
      const vertex = complex.sideVertices[side];
      const edge = complex.sideEdges[side];
      if (complex.edgeVertices[2 * edge] !== vertex && complex.edgeVertices[2 * edge + 1] !== vertex)
        throw new Error(`Edge ${edge} does not end at vertex ${vertex}.`);
      sides.push(
        `${complex.positions[2 * vertex]},${complex.positions[2 * vertex + 1]},${complex.edgeLabels[edge]}`,
      );
    }
    const first = sides.indexOf([...sides].sort()[0]);
    const turned = [...sides.slice(first), ...sides.slice(0, first)];
    return `${complex.hashes[2 * region]},${complex.hashes[2 * region + 1]}:${turned.join(';')}`;
  }).sort();
}

/** Extracts with the tiles dealt out in turn to so many threads. */
function extractShared(network: Network, view: View, threads: number, tiles: number): Complex {
  const parts = Array.from({ length: threads }, (_, thread) => {
    let next = thread;
    const take = (): number => (next += threads) - threads;
    return extractTiles(network, view, { kernel, tiles, take });
  });
  return complexFromParts(parts, network, view);
}

/** Lines around a circle: the region in the middle has a side on each of them; with radius 0 they meet there. */
function tangents(count: number, radius = 0.5): [number, number, number][] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * (i + 0.3)) / (radius === 0 ? 2 * count : count);
    return [Math.cos(angle), Math.sin(angle), -radius];
  });
}

const subjects: [string, Network, View][] = [
  [
    'a network at initialisation',
    initialNetwork([20, 20, 20, 20, 20, 20], 'he-normal', 2, 0.01, 3),
    unitView,
  ],
  ['a trained network', ringNetwork(0), unitView],
  ['a shallow ReLU network', initialNetwork([120], 'hanin-rolnick', 4, 0), squareView],
  ['lines through one point', lineNetwork(tangents(130, 0)), squareView],
  ['a region with more sides than a tile has vertices', lineNetwork(tangents(130)), squareView],
];

describe.each(subjects)('tiles of %s', (_name, network, view) => {
  const whole = extract(network, view);
  const regions = canonicalRegions(whole);

  it.each([
    [1, 1],
    [2, 2],
    [2, 48],
    [3, 17],
    [5, 300],
    [4, 3],
  ])('dealt to %i threads as %i tiles join to the same complex bit for bit', (threads, tiles) => {
    const joined = extractShared(network, view, threads, tiles);
    expect(complexCounts(joined)).toEqual(complexCounts(whole));
    expect(canonicalRegions(joined)).toEqual(regions);
    expect(joined.values.slice().sort()).toEqual(whole.values.slice().sort());
    expect(joined.edgeRegions.filter((region) => region < 0).length).toBe(complexCounts(whole).boundaryEdges);
  });

  it('join when one thread gets nothing', () => {
    const idle = extractTiles(network, view, { kernel, tiles: 8, take: () => 8 });
    let next = 0;
    const busy = extractTiles(network, view, { kernel, tiles: 8, take: () => next++ });
    expect(canonicalRegions(complexFromParts([idle, busy], network, view))).toEqual(regions);
  });
});

it('repairs of the common work count once', () => {
  const network = ringNetwork(0);
  const parts = [0, 1].map((thread) => {
    let next = thread;
    return extractTiles(network, unitView, { kernel, tiles: 8, take: () => (next += 2) - 2 });
  });
  const repaired = parts.map((part, index) => ({
    ...part,
    repairs: 5 + index,
    common: { ...part.common, repairs: 4 },
  }));
  expect(complexFromParts(repaired, network, unitView).repairs).toBe(4 + 1 + 2);
});

it('a part can be transferred: every array has its own buffer', () => {
  const part = extractTiles(ringNetwork(0), unitView, { kernel, tiles: 4, take: () => 4 });
  const buffers = transferablesOf(part);
  expect(new Set(buffers).size).toBe(6);
  const moved = structuredClone(part, { transfer: buffers });
  expect(moved.positions.length).toBeGreaterThan(8);
});

it('a complex can be transferred whole', () => {
  const complex = extract(ringNetwork(0), unitView);
  const moved = structuredClone(complex, { transfer: transferablesOf(complex) });
  expect(moved.sideVertices.length).toBe(4 * 9_088);
  for (const value of Object.values(complex)) if (ArrayBuffer.isView(value)) expect(value.byteLength).toBe(0);
});

it('a small view is one part, a large one is none', () => {
  const network = ringNetwork(6000);
  const few = extractFew(network, windowView, { kernel });
  const joined = complexFromParts([few!], network, windowView);
  expect({ ...joined, network: null }).toEqual({ ...extract(network, windowView), network: null });
  expect(extractFew(network, { x0: 0.6, y0: 0.4, x1: 0.8, y1: 0.6 }, { kernel })).toBeNull();
  // Who allows fewer hears about that limit, not about this one.
  expect(extractFew(network, windowView, { kernel, budget: { regions: 100, bytes: 1e9 } })).toBeNull();
});

it('one thread needs no tiles, several get many each', () => {
  expect(tileCount(1)).toBe(1);
  expect(tileCount(2)).toBeGreaterThanOrEqual(16);
});

it('extraction in steps gives the same arrays and lets others work', async () => {
  const network = ringNetwork(300);
  let pauses = 0;
  const stepped = await extractComplexInSteps(network, unitView, {
    kernel,
    pause: () => {
      pauses++;
      return Promise.resolve();
    },
  });
  expect(pauses).toBeGreaterThan(5);
  const whole = extract(network, unitView);
  for (const name of ['positions', 'values', 'sideVertices', 'edgeLabels', 'edgeRegions', 'hashes'] as const)
    expect(Buffer.from(stepped[name].buffer).equals(Buffer.from(whole[name].buffer)), name).toBe(true);
});
