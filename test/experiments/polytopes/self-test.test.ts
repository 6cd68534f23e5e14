import { expect, it } from 'vitest';
import { families, familyRow } from '../../../experiments/polytopes/self-test-families.ts';
import { crossCheckRows, runSelfTest } from '../../../experiments/polytopes/self-test.ts';
import type { SelfTestRow } from '../../../experiments/polytopes/self-test-row.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { wasmEngine } from '../engines/test-engines.ts';
import { extract, kernel, windowView } from './geometry-kernel.ts';

it('every row of the self-test passes, trained networks included', async () => {
  const seen: SelfTestRow[] = [];
  const rows = await runSelfTest({
    kernel,
    specimens: [{ name: 'trained', network: ringNetwork(6000), view: windowView, generic: true }],
    onRow: (row) => seen.push(row),
  });
  expect(seen).toEqual(rows);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(9);
  expect(rows.filter(({ passed }) => !passed)).toEqual([]);
  expect(rows.filter(({ id }) => id === 'T1').map(({ measured }) => measured)).toEqual([
    '11',
    '37',
    '56',
    '211',
    '1276',
  ]);
  expect(rows.filter(({ id }) => id === 'T7').length).toBe(6);
});

it('a network is checked against a frame of it, and fails against that of another one', async () => {
  const complex = extract(ringNetwork(300), windowView);
  const engine = await wasmEngine('relaxed');
  const size = 128;
  const hashesOf = async (epoch: 0 | 300): Promise<Uint32Array> =>
    (
      await engine.renderFrame({
        network: ringNetwork(epoch),
        view: windowView,
        width: size,
        height: size,
        planes: { hashes: true },
        precision: 'anchored',
      })
    ).hashes!;
  const rows = crossCheckRows('ring', complex, await hashesOf(300), size);
  expect(rows.filter(({ passed }) => !passed)).toEqual([]);
  const others = crossCheckRows('ring', complex, await hashesOf(0), size);
  expect(others.filter(({ passed }) => !passed).map(({ id }) => id)).toEqual(['T9']);
});

it('a family fails where its mean is off by more than chance', () => {
  const [family] = families;
  expect(familyRow(family!, 10, kernel).passed).toBe(true);
  expect(familyRow({ ...family!, published: family!.published + 40 }, 10, kernel).passed).toBe(false);
  expect(familyRow({ ...family!, width: 48 }, 10, kernel).passed).toBe(false);
});

it('rows fail where the samples do not match', async () => {
  const rows = await runSelfTest({
    kernel,
    seeds: 1,
    sampleHashes: (_network, _view, size) => Promise.resolve(new Uint32Array(2 * size * size).fill(7)),
  });
  expect(rows.find(({ id }) => id === 'T9')?.passed).toBe(false);
});

it('rows fail where a degenerate network is taken for a generic one', async () => {
  const { concurrentLines } = await import('../../../experiments/polytopes/self-test-specimens.ts');
  const rows = await runSelfTest({ kernel, seeds: 1, specimens: [{ ...concurrentLines(), generic: true }] });
  expect(rows.filter(({ id, passed }) => id === 'T3' && !passed).length).toBe(2);
});
