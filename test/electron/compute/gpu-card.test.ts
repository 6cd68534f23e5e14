import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { chooseCard } from '../../../electron/compute/gpu-card.ts';
import { lackingForGpu } from '../../../electron/compute/gpu-probe.ts';
import { scratchFolder } from '../scratch-folder.ts';

afterEach(() => void vi.unstubAllEnvs());

/** Files of a machine, below a folder that plays its root. */
function machine(...paths: readonly (readonly [string, string?])[]): string {
  const root = scratchFolder();
  for (const [path, text = ''] of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const pci = (address: string, driver: string, kind = '30200'): readonly [string, string] => [
  `sys/bus/pci/devices/${address}/uevent`,
  `DRIVER=${driver}\nPCI_CLASS=${kind}\nPCI_ID=10DE:2330\n`,
];

it('a card is chosen by its number among those that compute, in the order of their addresses', () => {
  const root = machine(
    pci('0000:c1:00.0', 'nvidia'),
    pci('0000:03:00.0', 'ast', '30000'),
    pci('0000:41:00.0', 'nvidia'),
    pci('0000:42:00.0', 'nvme', '10802'),
  );
  vi.stubEnv('DRI_PRIME', '');
  chooseCard(2, root);
  expect(process.env['DRI_PRIME']).toBe('pci-0000_c1_00_0');
  expect(() => chooseCard(3, root)).toThrow(/2 cards.*card 3/);
});

it('where the system shows no cards nothing is chosen', () => {
  vi.stubEnv('DRI_PRIME', 'as it was');
  chooseCard(1, machine());
  expect(process.env['DRI_PRIME']).toBe('as it was');
});

it('what is missing for a GPU is said: a device, a driver file beside CUDA, the loader', () => {
  const icd = 'usr/share/vulkan/icd.d';
  expect(lackingForGpu(machine([`${icd}/nvidia_icd.json`]))).toMatch(/No device/);
  expect(lackingForGpu(machine(['dev/nvidiactl'], [`${icd}/lvp_icd.x86_64.json`]))).toMatch(
    /no Vulkan driver file/,
  );
  const driven = [['dev/nvidiactl'], [`${icd}/nvidia_icd.json`]] as const;
  expect(lackingForGpu(machine(...driven))).toMatch(/libvulkan1/);
  expect(lackingForGpu(machine(...driven, ['usr/lib64/libvulkan.so.1']))).toMatch(/vulkaninfo/);
});
