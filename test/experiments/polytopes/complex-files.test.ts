import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { affineFunctions } from '../../../experiments/polytopes/affine-functions.ts';
import { complexSvg } from '../../../experiments/polytopes/complex-svg.ts';
import { creasePaths } from '../../../experiments/polytopes/crease-paths.ts';
import { edgesCsv } from '../../../experiments/polytopes/edges-csv.ts';
import { regionAreas, regionDegrees } from '../../../experiments/polytopes/region-geometry.ts';
import { regionHashText, regionsCsv } from '../../../experiments/polytopes/regions-csv.ts';
import { initialNetwork, lineNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract, windowView } from './geometry-kernel.ts';

const cross = extract(
  lineNetwork([
    [1, 0, -0.5],
    [0, 1, -0.25],
  ]),
  unitView,
);

describe('SVG', () => {
  it('of two creases is two straight paths and a level line', () => {
    const { svg, drawn, omitted, message } = complexSvg(cross, { level: 0.1 });
    expect([drawn, omitted, message]).toEqual([4, 0, null]);
    expect(
      svg.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"'),
    ).toBe(true);
    const [, data] = /stroke-opacity="1" d="([^"]+)"/.exec(svg)!;
    expect(pointsOf(data)).toEqual([
      ['50000 0', '50000 25000', '50000 100000'],
      ['0 25000', '50000 25000', '100000 25000'],
    ]);
    expect(svg).toContain('inkscape:groupmode="layer" inkscape:label="layer 1"');
    expect(svg).toMatch(/<path id="level"[^>]+d="M[^"]+"/);
  });

  it('is well formed: every element is closed', () => {
    const { svg } = complexSvg(extract(ringNetwork(0), windowView));
    const open = svg.match(/<(svg|g|title|desc)\b/g)!.length;
    expect(svg.match(/<\/(svg|g|title|desc)>/g)!.length).toBe(open);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('keeps the proportions of the view', () => {
    const complex = extract(ringNetwork(0), { x0: 0, y0: 0, x1: 1, y1: 0.25 });
    expect(complexSvg(complex, { width: 800 }).svg).toContain(
      'width="800" height="200" viewBox="0 0 100000 25000"',
    );
  });

  it('stays below its size limit, keeps the strongest creases and says so', () => {
    const complex = extract(ringNetwork(6000), windowView);
    const whole = complexSvg(complex);
    const limited = complexSvg(complex, { maxBytes: 30_000 });
    expect(whole.message).toBeNull();
    expect(limited.svg.length).toBeLessThanOrEqual(30_000);
    expect(limited.drawn).toBeGreaterThan(0);
    expect(limited.drawn + limited.omitted).toBe(whole.drawn + whole.omitted);
    expect(limited.message).toMatch(/^Only the [\d,]+ strongest of [\d,]+ crease edges are drawn/);
    expect(limited.svg).toContain(limited.message);
  });

  it('gives up the weakest crease first', () => {
    const weak = Array.from({ length: 30 }, (_, i): [number, number, number] => [0, 1, -(i + 1) / 32]);
    const complex = extract(lineNetwork([[64, 0, -32], ...weak]), unitView);
    const whole = complexSvg(complex, { level: null });
    const limited = complexSvg(complex, { level: null, maxBytes: whole.svg.length - 100 });
    expect(limited.omitted).toBeGreaterThan(0);
    const strongest = (svg: string): string => /M50000 [^M"]*/.exec(svg)![0];
    expect(strongest(whole.svg).length).toBeGreaterThan(200);
    expect(strongest(limited.svg)).toBe(strongest(whole.svg));
    expect(complexSvg(complex, { level: null, maxBytes: 1 }).drawn).toBe(0);
  });

  it('refuses a width that is no picture', () => {
    expect(() => complexSvg(cross, { width: NaN })).toThrow(RangeError);
    expect(() => complexSvg(cross, { width: 0 })).toThrow(RangeError);
  });
});

it('crease paths use every edge once and join them end to end', () => {
  const complex = extract(initialNetwork([8, 8, 8], 'he-normal', 5, 0.01), unitView);
  for (const label of new Set(complex.edgeLabels.filter((value) => value >= 0))) {
    const edges = Int32Array.from(complex.edgeLabels.keys()).filter(
      (edge) => complex.edgeLabels[edge] === label,
    );
    const steps = creasePaths(complex, edges).flatMap((path) =>
      path.slice(1).map((vertex, i) => [path[i], vertex].sort((a, b) => a - b).join()),
    );
    const expected = [...edges].map((edge) =>
      [...complex.edgeVertices.subarray(2 * edge, 2 * edge + 2)].sort((a, b) => a - b).join(),
    );
    expect(steps.sort()).toEqual(expected.sort());
  }
});

it('a closed crease is one closed path', () => {
  const edgeVertices = Int32Array.of(4, 7, 9, 7, 9, 4);
  expect(creasePaths({ ...cross, edgeVertices }, Int32Array.of(0, 1, 2))).toEqual([[4, 7, 9, 4]]);
});

describe('CSV', () => {
  it('has one line a region whose numbers read back exactly', () => {
    const complex = extract(ringNetwork(6000), windowView);
    const lines = [...regionsCsv(complex)].join('').trimEnd().split('\n');
    expect(lines[0]).toBe('region,sides,neighbours,area,centre_x,centre_y,hash,slope_x,slope_y,constant');
    expect(complex.regionCount).toBeGreaterThan(1001);
    expect(lines.length).toBe(complex.regionCount + 1);
    const areas = regionAreas(complex);
    const functions = affineFunctions(complex);
    for (const region of [0, 1000, complex.regionCount - 1]) {
      const cells = lines[region + 1]!.split(',');
      expect(Number(cells[0])).toBe(region);
      expect(Number(cells[3])).toBe(areas[region]);
      expect(cells[6]).toBe(regionHashText(complex, region));
      expect(cells.slice(7).map(Number)).toEqual([...functions.subarray(3 * region, 3 * region + 3)]);
    }
  });

  it('numbers the columns of several outputs', () => {
    const complex = extract(initialNetwork([3], 'he-normal', 3, 0.01, 2), unitView);
    const [header, line] = [...regionsCsv(complex)].join('').split('\n');
    expect(header).toMatch(/,slope_x_0,slope_y_0,constant_0,slope_x_1,slope_y_1,constant_1$/);
    expect(line!.split(',').slice(7).map(Number)).toEqual([...affineFunctions(complex).subarray(0, 6)]);
  });

  it('lists every edge with the regions beside it', () => {
    const complex = extract(ringNetwork(6000), windowView);
    const [header, ...lines] = [...edgesCsv(complex)].join('').trimEnd().split('\n');
    expect(header).toBe('edge,x0,y0,x1,y1,layer,neuron,slope_jump,region,other_region');
    expect(lines.length).toBe(complex.edgeCount);
    const degrees = new Int32Array(complex.regionCount);
    for (const line of lines) {
      const cells = line.split(',');
      if (cells[9] === '') {
        expect([cells[5], cells[6], cells[7]]).toEqual(['', '', '0']);
        continue;
      }
      degrees[Number(cells[8])]!++;
      degrees[Number(cells[9])]!++;
      expect(Number(cells[5])).toBeLessThan(30);
      expect(Number(cells[6])).toBeLessThan(30);
    }
    expect(degrees).toEqual(regionDegrees(complex));
  });

  it('writes hashes with lane 1 in front', () => {
    const hashes = Uint32Array.of(0xab, 0x1);
    expect(regionHashText({ ...cross, hashes }, 0)).toBe('00000001000000ab');
  });
});

/** Absolute points of every path of one d attribute that uses M and l. */
function pointsOf(data: string): string[][] {
  return data
    .split('M')
    .slice(1)
    .map((path) => {
      const numbers = path.match(/-?\d+/g)!.map(Number);
      let [x, y] = numbers as [number, number];
      const points = [`${x} ${y}`];
      for (let i = 2; i < numbers.length; i += 2) {
        x += numbers[i]!;
        y += numbers[i + 1]!;
        points.push(`${x} ${y}`);
      }
      return points;
    })
    .map((points) => (points[0]! > points.at(-1)! ? points.reverse() : points));
}
