import { expect, it } from 'vitest';
import { runSelfTest, type SelfTestRow } from '../../../experiments/polytopes/self-test.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { kernel, windowView } from './geometry-kernel.ts';

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
