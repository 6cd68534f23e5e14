/**
 * Choosing one of several cards. Vulkan has no number for them as CUDA has: Mesa's layer, which comes with its drivers and
 * serves those of others too, puts the card of a PCI address first, and Dawn takes the first.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Drivers of cards that compute; others are screens of a server's maintenance. */
const drivers: ReadonlySet<string> = new Set(['nvidia', 'amdgpu', 'i915', 'xe']);

/** PCI addresses of the cards of a machine, in their order, which is that of nvidia-smi; `root` is where its files begin. */
function cardAddresses(root = '/'): string[] {
  const folder = join(root, 'sys/bus/pci/devices');
  return namesIn(folder).filter((name) => isCard(join(folder, name)));
}

/**
 * Has GPU processes that are started from now on compute on a card, from 1; nothing where the system shows no cards. Throws
 * RangeError where it has fewer.
 */
export function chooseCard(card: number, root = '/'): void {
  const addresses = cardAddresses(root);
  if (addresses.length === 0) return;
  const address = addresses[card - 1];
  if (address === undefined)
    throw new RangeError(`This machine has ${addresses.length} cards, and the task was given card ${card}.`);
  process.env['DRI_PRIME'] = `pci-${address.replaceAll(/[:.]/g, '_')}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isCard(path: string): boolean {
  try {
    const facts = readFileSync(join(path, 'uevent'), 'utf8');
    const driver = /^DRIVER=(.*)$/m.exec(facts)?.[1] ?? '';
    return drivers.has(driver) && /^PCI_CLASS=3....$/m.test(facts);
  } catch {
    return false;
  }
}
