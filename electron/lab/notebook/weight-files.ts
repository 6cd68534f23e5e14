/** Weights kept beside the records of a cell, one safetensors file an epoch: how they are named, made and checked. */
import { join } from 'node:path';
import type { ChainVerification, Finding } from '../../../experiments/entries/chain-verification.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { weightsDigest } from '../../../experiments/records/digests.ts';
import { decodeRecord } from '../../../experiments/records/record-codec.ts';
import type { LogPosition } from '../../../experiments/records/record-log.ts';
import { encodeSafetensors } from '../../../experiments/formats/safetensors.ts';
import { parameterCount, type Network } from '../../../experiments/network/shape.ts';
import { networkOfCell, shapeOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { readWhole, type FileSystem } from '../disk/files.ts';
import type { LogFile } from '../disk/log-file.ts';

/** Name of the file with the weights of an epoch. */
export function weightsFileName(epoch: number): string {
  return `epoch-${epoch}.safetensors`;
}

/** Its bytes: the same for the same weights, so that they can be checked against the records. */
export function weightsFileBytes(cellId: string, epoch: number, network: Network): Uint8Array {
  return encodeSafetensors(network, { cell: cellId, epoch: String(epoch) });
}

/** A file may be longer than it was written, but not without end. */
const slackBytes = 1 << 20;

/**
 * Findings about the weight files of a cell: each must be, byte for byte, the weights of the recorded snapshot; of one that was
 * thinned, weights of its digest.
 */
export async function weightFindings(
  fs: FileSystem,
  path: string,
  json: EntryCell,
  records: LogFile,
  chain: Pick<ChainVerification, 'placeOf' | 'thinned'>,
): Promise<Finding[]> {
  const folder = join(path, 'weights');
  if ((await fs.facts(folder)) === null) return [];
  const findings: Finding[] = [];
  for (const name of (await fs.list(folder)).sort()) {
    const epoch = Number(/^epoch-(\d{1,10})\.safetensors$/.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(epoch)) continue;
    const place = chain.placeOf(epoch);
    const digest = chain.thinned.get(epoch);
    const recorded = place === undefined ? null : await recordedFile(records, place, json, epoch);
    const size = recorded?.length ?? thinnedFileBytes(json);
    const isKnown = recorded !== null || digest !== undefined;
    const found = isKnown ? await readWhole(fs, join(folder, name), size + slackBytes) : null;
    const expected = recorded ?? (found === null ? null : fileOfDigest(found, json, epoch, digest));
    const fault =
      found === null
        ? { bytes: null, message: 'no whole snapshot of this epoch is recorded' }
        : expected === null
          ? {
              bytes: { from: 0, to: found.length },
              message: 'these are not the weights of the recorded digest',
            }
          : firstDifference(found, expected);
    if (fault === null) continue;
    const { bytes, message } = fault;
    findings.push({
      part: 'weights',
      cell: json.id,
      record: null,
      epoch,
      bytes,
      field: name,
      message: `${name}: ${message}`,
    });
  }
  return findings;
}

async function recordedFile(
  records: LogFile,
  place: LogPosition,
  json: EntryCell,
  epoch: number,
): Promise<Uint8Array | null> {
  try {
    const record = decodeRecord(await records.read(place));
    if (record.type !== 'snapshot') return null;
    return weightsFileBytes(
      json.id,
      epoch,
      networkOfCell(sweepCellFrom(json).config, record.snapshot.weights),
    );
  } catch (error) {
    if (error instanceof EntryError) return null;
    throw error;
  }
}

/** Most bytes that the weights file of a thinned snapshot may have, but for what was added to it. */
function thinnedFileBytes(json: EntryCell): number {
  return 4 * parameterCount(shapeOfCell(sweepCellFrom(json).config));
}

/** What a file must be whose weights, its last bytes, have this digest; null where they have another one. */
function fileOfDigest(
  found: Uint8Array,
  json: EntryCell,
  epoch: number,
  digest: string | undefined,
): Uint8Array | null {
  const { config } = sweepCellFrom(json);
  const count = parameterCount(shapeOfCell(config));
  if (found.length < 4 * count) return null;
  const view = new DataView(found.buffer, found.byteOffset + found.length - 4 * count);
  const weights = Float32Array.from({ length: count }, (_, at) => view.getFloat32(4 * at, true));
  if (weightsDigest(weights) !== digest) return null;
  return weightsFileBytes(json.id, epoch, networkOfCell(config, weights));
}

function firstDifference(found: Uint8Array, expected: Uint8Array): Pick<Finding, 'bytes' | 'message'> | null {
  const shorter = Math.min(found.length, expected.length);
  let at = 0;
  while (at < shorter && found[at] === expected[at]) at++;
  if (at < shorter) {
    let to = shorter;
    while (found[to - 1] === expected[to - 1]) to--;
    return { bytes: { from: at, to }, message: 'these are not the recorded weights' };
  }
  if (found.length === expected.length) return null;
  const bytes = { from: shorter, to: Math.max(found.length, expected.length) };
  return { bytes, message: found.length < expected.length ? 'the file is cut off' : 'something was added' };
}
