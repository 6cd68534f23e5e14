import { describe, expect, it } from 'vitest';
import {
  allowWebgpu,
  trialAfter,
  watchedStarter,
  type VulkanTrial,
} from '../../../electron/shell/graphics.ts';
import { trialFile } from '../../../electron/shell/trial-file.ts';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { scratchFolder } from '../scratch-folder.ts';
import { FakeElectron } from './fake-electron.ts';

const x11 = { XDG_SESSION_TYPE: 'x11', WAYLAND_DISPLAY: '' };
const wayland = { XDG_SESSION_TYPE: 'wayland' };
const unsafe = 'enable-unsafe-webgpu';
const vulkan = [unsafe, 'use-angle=vulkan', 'enable-features=Vulkan,VulkanFromANGLE'];

/** The switches that a start asks for, and where its trial stands. */
function asked(
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
  trial: VulkanTrial,
  given: Readonly<Record<string, string>> = {},
  arch = 'x64',
): [string[], VulkanTrial] {
  const { app } = new FakeElectron();
  for (const [name, value] of Object.entries(given)) app.given.set(name, value);
  const now = allowWebgpu(app as never, { platform, arch, environment, trial });
  return [app.switches, now];
}

describe('what Chromium is asked for', () => {
  it('is WebGPU on every Linux, and nothing that changes how windows are painted at a first start', () => {
    for (const environment of [{}, x11, wayland, { WAYLAND_DISPLAY: 'wayland-0' }]) {
      expect(asked('linux', environment, 'unneeded')).toEqual([[unsafe], 'unneeded']);
    }
    expect(asked('darwin', {}, 'try')).toEqual([[], 'try']);
    expect(asked('win32', {}, 'unneeded')).toEqual([[], 'unneeded']);
    expect(asked('win32', {}, 'unneeded', {}, 'arm64')).toEqual([[unsafe], 'unneeded']);
  });

  it('is Vulkan under X11 once a start without it found no adapter, and no more once that failed', () => {
    expect(asked('linux', x11, 'try')).toEqual([vulkan, 'trying']);
    expect(asked('linux', x11, 'works')).toEqual([vulkan, 'works']);
    expect(asked('linux', x11, 'fails')).toEqual([[unsafe], 'fails']);
    // That start never told what became of it.
    expect(asked('linux', x11, 'trying')).toEqual([[unsafe], 'fails']);
  });

  it('is never Vulkan under Wayland', () => {
    expect(asked('linux', wayland, 'try')).toEqual([[unsafe], 'try']);
    expect(asked('linux', wayland, 'works')).toEqual([[unsafe], 'works']);
    expect(asked('linux', wayland, 'works', { 'ozone-platform': 'x11' })).toEqual([vulkan, 'works']);
    expect(asked('linux', x11, 'works', { 'ozone-platform': 'wayland' })).toEqual([[unsafe], 'works']);
  });

  it('keeps the features that the command line names', () => {
    const [switches] = asked('linux', x11, 'works', { 'enable-features': 'A,Vulkan' });
    expect(switches.at(-1)).toBe('enable-features=A,Vulkan,VulkanFromANGLE');
  });
});

it.each([
  ['unneeded', false, 'try'],
  ['unneeded', true, 'unneeded'],
  ['trying', true, 'works'],
  ['trying', false, 'fails'],
  ['works', false, 'fails'],
  ['fails', false, 'fails'],
] as const)('after a start %s that found an adapter: %s, the trial is %s', (trial, hasAdapter, after) => {
  const facts = { platform: 'linux', environment: x11 };
  expect(trialAfter(trial, hasAdapter, facts, '')).toBe(after);
  expect(trialAfter(trial, hasAdapter, facts, 'wayland')).toBe(trial);
  expect(trialAfter(trial, hasAdapter, { ...facts, platform: 'win32' }, '')).toBe(trial);
});

it('a page that computes tells whether it found an adapter, and every message still arrives', () => {
  const told: boolean[] = [];
  const messages: unknown[] = [];
  const starter = watchedStarter(
    (onMessage) => {
      onMessage({ kind: 'alive' });
      onMessage({ kind: 'ready', facts: { adapter: 'card', isSoftware: false } });
      onMessage({ kind: 'ready', facts: { adapter: 'SwiftShader', isSoftware: true } });
      onMessage({ kind: 'unavailable', message: 'none' });
      return { post: () => undefined, kill: () => undefined };
    },
    (hasAdapter) => told.push(hasAdapter),
  );
  starter(
    (message) => messages.push(message),
    () => undefined,
  );
  expect(told).toEqual([true, false, false]);
  expect(messages).toHaveLength(4);
});

it('the trial is kept between starts; a file that says nothing means that nothing is tried', async () => {
  const path = join(scratchFolder(), 'app', 'graphics.json');
  expect(trialFile(path).read()).toBe('unneeded');
  const keeper = trialFile(path);
  keeper.write('try');
  keeper.write('works');
  await expect.poll(() => trialFile(path).read()).toBe('works');
  for (const text of ['', '{}', '{"vulkan":"perhaps"}', 'null']) {
    writeFileSync(path, text);
    expect(trialFile(path).read()).toBe('unneeded');
  }
});
