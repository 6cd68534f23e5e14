import { expect, it } from 'vitest';
import { factsOfAdapter } from '../../../experiments/tasks/gpu-server.ts';
import { browserText } from '../../../renderer/gpu/browser-text.ts';

const info = (changes: Partial<GPUAdapterInfo>): { info: GPUAdapterInfo } => ({
  info: { vendor: '', architecture: '', device: '', description: '', ...changes } as GPUAdapterInfo,
});

it('an adapter is told by device and driver, in a browser by vendor, architecture and the browser', () => {
  const card = { vendor: 'nvidia', architecture: 'ampere', description: 'NVIDIA: 550.54.14' };
  const facts = (device: string) => factsOfAdapter(info({ ...card, device })).adapter;
  expect(facts('nvidia-rtx-a4000-')).toBe('nvidia-rtx-a4000, NVIDIA: 550.54.14');
  // Two cards with the same driver are two adapters.
  expect(facts('nvidia-rtx-a5000-')).not.toBe(facts('nvidia-rtx-a4000-'));
  const told = info({ vendor: 'nvidia', architecture: 'ampere' });
  expect(factsOfAdapter(told, 'Chromium 143.0.1')).toEqual({
    adapter: 'nvidia ampere, Chromium 143.0.1',
    isSoftware: false,
  });
  expect(factsOfAdapter(info({})).adapter).toBe('an unnamed adapter');
});

it('a browser is told by its version', () => {
  expect(browserText('Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/143.0.7499.40 Electron/45.4.1')).toBe(
    'Chromium 143.0.7499.40',
  );
  expect(browserText('Mozilla/5.0')).toBe('a browser of unknown version');
});
