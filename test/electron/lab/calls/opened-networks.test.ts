import { expect, it } from 'vitest';
import { OpenedNetworks } from '../../../../electron/lab/calls/opened-networks.ts';
import type { ImportedNetwork } from '../../../../experiments/formats/imported-network.ts';
import { randomNetwork } from '../../../experiments/engines/random-networks.ts';

const imported = (slope: number | null): ImportedNetwork => {
  const { shape, parameters, output } = randomNetwork({ hidden: [3], outputs: 1 }, 1);
  return { shape, parameters, output, slope, metadata: {} };
};

it('a slope may be written as a fact once the file or a person has named it', () => {
  const opened = new OpenedNetworks();
  const told = opened.add('told', 'a', 'safetensors', imported(0.2));
  expect(opened.isSlopeSure(told.id)).toBe(true);
  const silent = opened.add('silent', 'b', 'safetensors', imported(null));
  expect(silent).toMatchObject({ slope: 0.01, isSlopeKnown: false });
  expect(opened.isSlopeSure(silent.id)).toBe(false);
  const given = opened.withSlope(silent.id, 0.3);
  expect(given.isSlopeKnown).toBe(false);
  expect(opened.isSlopeSure(given.id)).toBe(true);
  expect(opened.isSlopeSure(silent.id)).toBe(false);
  // Whoever sets what was assumed has named it; opening the file again takes nothing back.
  expect(opened.isSlopeSure(opened.withSlope(silent.id, 0.01).id)).toBe(true);
  expect(opened.isSlopeSure(opened.add('silent', 'b', 'safetensors', imported(null)).id)).toBe(true);
});
