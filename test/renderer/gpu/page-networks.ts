/** The trained ring in a page: stands in for test/fixtures/ring-network.ts. */
import file from '../../fixtures/ring-n5000-epoch6000.safetensors?inline';
import { parseSafetensors } from '../../../experiments/formats/safetensors.ts';
import type { Network } from '../../../experiments/network/shape.ts';

/** The network of ring-n5000-epoch6000.safetensors. */
export function ringNetwork(_epoch: 6000): Network {
  const bytes = Uint8Array.from(atob(file.slice(file.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
  const { shape, parameters, output } = parseSafetensors(bytes);
  return { shape, parameters, output, slope: 0.01 };
}
