/** Networks of files from elsewhere that people have opened: kept in memory while the program runs, never on disk. */
import { bytesDigest } from '../../../experiments/records/digests.ts';
import type { NetworkFormat } from '../../../experiments/formats/network-file.ts';
import type { ImportedNetwork } from '../../../experiments/formats/imported-network.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import type { OpenedNetwork } from '../../contract/networks.ts';
import { LabError } from '../disk/lab-error.ts';

interface Kept {
  readonly summary: OpenedNetwork;
  readonly network: Network;
  /** Whether its file or a person named the slope. */
  readonly isSlopeSure: boolean;
}

const maxNetworks = 16;
const maxBytes = 256 * 1024 * 1024;
/** Slope where neither the file nor a person names one. */
const defaultSlope = 0.01;

/** Networks from files outside of the notebook, kept while the lab runs. */
export class OpenedNetworks {
  /** From the one that was not asked for longest. */
  readonly #kept = new Map<string, Kept>();

  /** Keeps a network under an id that follows from its file and slope. */
  add(name: string, digest: string, format: NetworkFormat, imported: ImportedNetwork): OpenedNetwork {
    const { shape, parameters, output, metadata, inputs } = imported;
    const isSlopeKnown = imported.slope !== null;
    const slope = imported.slope ?? defaultSlope;
    const network = { shape, slope, parameters, output, ...(inputs === undefined ? {} : { inputs }) };
    const facts = { name, format, isSlopeKnown, digest, metadata: Object.entries(metadata).slice(0, 30) };
    return this.#keep(network, facts, isSlopeKnown);
  }

  /** The same network with another slope, under another id. Throws LabError 'not-found', 'refused'. */
  withSlope(id: string, slope: number): OpenedNetwork {
    const { network, summary } = this.#find(id);
    return this.#keep({ ...network, slope }, summary, true);
  }

  summary(id: string): OpenedNetwork {
    return this.#find(id).summary;
  }

  network(id: string): Network {
    return this.#find(id).network;
  }

  /** Whether the file of a network, or a person, named its slope: only then it may be written as a fact. */
  isSlopeSure(id: string): boolean {
    return this.#find(id).isSlopeSure;
  }

  #keep(
    network: Network,
    facts: Pick<OpenedNetwork, 'name' | 'format' | 'isSlopeKnown' | 'digest' | 'metadata'>,
    isSlopeSure: boolean,
  ): OpenedNetwork {
    const { name, format, isSlopeKnown, digest, metadata } = facts;
    const { shape, slope, output, parameters } = network;
    const id = bytesDigest(new TextEncoder().encode(`${digest} ${slope}`)).slice(0, 16);
    const counts = { hidden: shape.hidden, outputs: shape.outputs, parameters: parameters.length };
    const summary = { id, name, format, slope, isSlopeKnown, output, digest, metadata, ...counts };
    const before = this.#kept.get(id);
    this.#kept.delete(id);
    this.#kept.set(id, { summary, network, isSlopeSure: isSlopeSure || before?.isSlopeSure === true });
    this.#forget();
    return summary;
  }

  #forget(): void {
    const bytes = (): number =>
      [...new Set([...this.#kept.values()].map(({ network }) => network.parameters))].reduce(
        (sum, { byteLength }) => sum + byteLength,
        0,
      );
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= 1 || (this.#kept.size <= maxNetworks && bytes() <= maxBytes)) return;
      this.#kept.delete(id);
    }
  }

  #find(id: string): Kept {
    const kept = this.#kept.get(id);
    if (kept === undefined) {
      throw new LabError('not-found', 'This network is no longer open; open its file again.');
    }
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    return kept;
  }
}
