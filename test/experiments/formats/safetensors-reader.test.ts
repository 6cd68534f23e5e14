/** Exported weights, read by a program that shares no code with ours. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeSafetensors } from '../../../experiments/formats/safetensors.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { scratchFolder } from '../../electron/scratch-folder.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { evaluateFloat64 } from '../engines/float64-network.ts';
import { randomNetwork } from '../engines/random-networks.ts';

interface ReadFile {
  readonly tensors: Readonly<
    Record<string, { readonly dtype: string; readonly shape: number[]; readonly values: number[] }>
  >;
  readonly metadata: Readonly<Record<string, string>>;
  readonly outputs: readonly (readonly number[])[];
}

const points = [
  [0.125, 0.75],
  [0.5, 0.5],
  [0.9990234375, 0.0009765625],
] as const;

function readElsewhere(bytes: Uint8Array): ReadFile {
  const path = join(scratchFolder(), 'weights.safetensors');
  writeFileSync(path, bytes);
  const reader = new URL('read-safetensors.py', import.meta.url).pathname;
  const words = points.map((point) => point.join());
  return JSON.parse(
    execFileSync('python3', [reader, path, ...words], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
  ) as ReadFile;
}

const networks: [string, Network][] = [
  ['[5, 3] to one output', randomNetwork({ hidden: [5, 3], outputs: 1 }, 7)],
  ['[1] to three outputs', randomNetwork({ hidden: [1], outputs: 3 }, 8)],
  ['[64]*4 to one output', randomNetwork({ hidden: [64, 64, 64, 64], outputs: 1 }, 9)],
  ['a trained [30]*30', ringNetwork(6000)],
];

test.each(networks)('%s: names, shapes and values as PyTorch has them', (_what, network) => {
  const { hidden, outputs } = network.shape;
  const read = readElsewhere(encodeSafetensors(network, { entry: '0badc0de', note: '“ring”, ✓' }));
  const widths = [2, ...hidden, outputs];
  const expected = widths.slice(1).flatMap((width, layer): [string, number[]][] => [
    [`layers.${layer}.weight`, [width, widths[layer]!]],
    [`layers.${layer}.bias`, [width]],
  ]);
  const tensors = Object.entries(read.tensors);
  expect(tensors.map(([name, { shape }]) => [name, shape])).toEqual(expected);
  expect(tensors.every(([, { dtype }]) => dtype === 'F32')).toBe(true);
  // In PyTorch's order, weight before bias, layer after layer, the values are the network's to the last bit.
  expect(Float32Array.from(tensors.flatMap(([, { values }]) => values))).toEqual(network.parameters);
  expect(read.metadata).toMatchObject({ entry: '0badc0de', note: '“ring”, ✓' });
  points.forEach(([x, y], at) => {
    const ours = evaluateFloat64(network, x, y).logits;
    read.outputs[at]!.forEach((value, output) => expect(value).toBeCloseTo(ours[output]!, 9));
  });
});
