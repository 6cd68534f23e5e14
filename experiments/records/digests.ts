/** Digests of what a snapshot holds, and the hash chain that binds a cell's snapshots together. */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { TrainerState } from '../engines/engine.ts';
import { hostIsLittleEndian } from './byte-planes.ts';
import { byteWork } from '../bytes/byte-work.ts';
import { canonicalJson } from './canonical-json.ts';
import type { SnapshotMetrics } from './measures.ts';

/** SHA-256 of bytes, lower-case hex. */
export function bytesDigest(bytes: Uint8Array): string {
  return byteWork().sha256([bytes]);
}

/** SHA-256 (hex) of a text's UTF-8 bytes. */
export function textDigest(text: string): string {
  return bytesDigest(utf8.encode(text));
}

const utf8 = new TextEncoder();

/** SHA-256 (hex) of the weights' float32 little-endian bytes. */
export function weightsDigest(weights: Float32Array): string {
  return bytesDigest(littleEndianBytes(weights));
}

/** SHA-256 (hex) over step u64, phase step u64, number of moment vectors u32, then the vectors' float32 bytes; all little-endian. */
export function stateDigest(state: Pick<TrainerState, 'step' | 'phaseStep' | 'moments'>): string {
  const head = new DataView(new ArrayBuffer(20));
  head.setBigUint64(0, BigInt(state.step), true);
  head.setBigUint64(8, BigInt(state.phaseStep), true);
  head.setUint32(16, state.moments.length, true);
  return byteWork().sha256([new Uint8Array(head.buffer), ...state.moments.map(littleEndianBytes)]);
}

/** SHA-256 (hex) of the metrics' canonical JSON. */
export function metricsDigest(metrics: SnapshotMetrics): string {
  return textDigest(canonicalJson(metrics));
}

/** Link before a cell's first snapshot: SHA-256 (hex) of the cell's id. */
export function firstLink(cellId: string): string {
  return textDigest(cellId);
}

/**
 * Link of a snapshot: SHA-256 (hex) over the previous link (32 bytes), the epoch (u64 little-endian), the digest of
 * the weights and the digest of the metrics (32 bytes each). The digests are hex.
 */
export function chainLink(
  previousLink: string,
  snapshot: { readonly epoch: number; readonly weightsDigest: string; readonly metricsDigest: string },
): string {
  const epoch = new DataView(new ArrayBuffer(8));
  epoch.setBigUint64(0, BigInt(snapshot.epoch), true);
  return byteWork().sha256([
    hexToBytes(previousLink),
    new Uint8Array(epoch.buffer),
    hexToBytes(snapshot.weightsDigest),
    hexToBytes(snapshot.metricsDigest),
  ]);
}

/** Bytes of `values`, float32 little-endian: a view of them where the host is little-endian too, else a copy. */
export function littleEndianBytes(values: Float32Array): Uint8Array {
  if (hostIsLittleEndian) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const view = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value, index) => view.setFloat32(4 * index, value, true));
  return new Uint8Array(view.buffer);
}
