import { expect, it } from 'vitest';
import { isNodeVersionEnough } from '../../../electron/scripts/node-version.mjs';

it.each([
  ['18.20.0', false],
  ['20.18.3', false],
  ['20.19.0', true],
  ['20.20.2', true],
  ['21.7.3', false],
  ['22.0.0', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['23.0.0', true],
  ['24.22.3', true],
  ['26.0.0', true],
])('Node %s does: %s', (version, does) => {
  expect(isNodeVersionEnough(version)).toBe(does);
});
