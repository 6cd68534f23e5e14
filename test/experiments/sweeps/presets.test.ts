import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cellCost, cellSeconds, makespan } from '../../../experiments/sweeps/cost-model.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { yamlTree } from '../../../experiments/sweeps/yaml-tree.ts';
import { isBuiltInTargetName } from '../../../experiments/targets/built-in.ts';
import { cellsOf, ringTarget } from './sweep-files.ts';

const folder = 'experiments/presets';
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const presets = files.map((name) => ({
  name,
  text: readFileSync(`${folder}/${name}`, 'utf8'),
}));
const textOf = (name: string) => presets.find((preset) => preset.name === name)!.text;
/** The committed JSON Schema as an independent validator. */
const schema = z.fromJSONSchema(JSON.parse(readFileSync('experiments/sweeps/sweep.schema.json', 'utf8')));

describe('presets', () => {
  it('are the five that the app offers', () => {
    expect(presets.map(({ name }) => name)).toEqual([
      'first-look.yaml',
      'parameters-by-points.yaml',
      'ring-20000-epochs.yaml',
      'ring-5000-to-312.yaml',
      'two-minute.yaml',
    ]);
  });

  it.each(presets)(
    '$name is valid, by the parser and by the JSON Schema, and says what it asks',
    ({ text }) => {
      const spec = parseSweep(text);
      expect(isBuiltInTargetName(String(spec.target))).toBe(true);
      expect(schema.safeParse(yamlTree(text).data).success).toBe(true);
      expect(text).toMatch(/^# .*\n/);
      expect(cellsOf(text).length).toBeGreaterThan(1);
    },
  );

  it('continues the cells of the 6000-epoch sweep to 20,000 epochs', () => {
    const ids = (name: string) => cellsOf(textOf(name)).map(({ id }) => id);
    expect(ids('ring-20000-epochs.yaml')).toEqual(ids('ring-5000-to-312.yaml'));
  });

  it('takes about two minutes on two threads of 35 GFLOP/s for the small one', () => {
    const text = textOf('two-minute.yaml');
    const { snapshots } = parseSweep(text);
    const seconds = cellsOf(text).map((cell) => cellSeconds(cellCost(cell, snapshots, ringTarget), 35e9));
    const total = makespan(seconds, 2);
    expect(total).toBeGreaterThan(60);
    expect(total).toBeLessThan(130);
  });
});

describe('the JSON Schema', () => {
  it.each([
    ['unknown key', { epoch: 3 }],
    ['negative count', { parameters: { shape: '[3]', points: { from: 10, ratio: 0.5, count: -1 } } }],
    ['wrong optimiser', { training: { optimizer: 'adan' } }],
    ['two snapshot policies', { snapshots: { every: 3, log: 4 } }],
    ['epochs as text', { epochs: '300' }],
  ])('rejects %s like the parser', (_, change) => {
    const base = { name: 'a', target: 'ring', epochs: 10, parameters: { shape: '[3]', points: 5 } };
    expect(schema.safeParse(base).success).toBe(true);
    expect(() => parseSweep(JSON.stringify(base))).not.toThrow();
    expect(schema.safeParse({ ...base, ...change }).success).toBe(false);
    expect(() => parseSweep(JSON.stringify({ ...base, ...change }))).toThrow();
  });
});
