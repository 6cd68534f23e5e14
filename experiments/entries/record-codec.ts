/**
 * Records: what one frame of a log holds. A payload is {header length u32 little-endian, header (UTF-8 JSON), sections};
 * the header names the record's type and the arrays that follow it, in order, without gaps (byte-planes.ts).
 */
import type { EpochMetrics } from '../engines/engine.ts';
import {
  concatenated,
  dtypeOf,
  packPlanes,
  packedBytes,
  unpackPlanes,
  type Dtype,
  type NumberArray,
} from './byte-planes.ts';
import { canonicalJson } from './canonical-json.ts';
import { EntryError } from './entry-error.ts';
import { stateDigest, weightsDigest } from './receipts.ts';
import { recordHeader, recordTypes, type RecordHeader, type Section } from './record-schema.ts';
import type { CellEvent, MonitorState, Preview, ResumeState, Snapshot, SnapshotMetrics } from './snapshot.ts';

/** An event of a cell and when it happened (ISO 8601, UTC, given by the caller). */
export interface TimedEvent {
  readonly time: string;
  readonly event: CellEvent;
}

/** A record in full. */
export type CellRecord =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'state'; readonly state: ResumeState }
  | ({ readonly type: 'event' } & TimedEvent)
  | { readonly type: 'preview'; readonly preview: Preview };

/** What an index needs to know about a record; weights and moments stay packed. */
export type RecordHead =
  | {
      readonly type: 'snapshot';
      readonly metrics: SnapshotMetrics;
      readonly weightsDigest: string;
      readonly link: string;
      readonly seconds: number;
      readonly keyFrame: boolean;
    }
  | {
      readonly type: 'state';
      readonly epoch: number;
      readonly weightsDigest: string;
      readonly stateDigest: string;
    }
  | ({ readonly type: 'event' } & TimedEvent)
  | { readonly type: 'preview'; readonly epoch: number };

/** Longest header; the arrays are outside of it. */
const maximumHeaderBytes = 1 << 24;

/** Payload of a record. Throws EntryError 'malformed' where a key frame contradicts its snapshot. */
export function encodeRecord(record: CellRecord): Uint8Array {
  switch (record.type) {
    case 'snapshot':
      return encodeSnapshot(record.snapshot);
    case 'state':
      return encodeState(record.state);
    case 'event':
      return payload({ type: 'event', time: record.time, event: record.event }, {});
    case 'preview':
      return encodePreview(record.preview);
  }
}

/** The record a payload holds. Throws EntryError; 'unknown-type' where a newer version wrote it. Digests are not checked here. */
export function decodeRecord(bytes: Uint8Array): CellRecord {
  const parts = readParts(bytes);
  const { header } = parts;
  switch (header.type) {
    case 'snapshot':
      return { type: 'snapshot', snapshot: snapshotFromParts(header, parts) };
    case 'state':
      return { type: 'state', state: stateFromParts(header, parts) };
    case 'event':
      return { type: 'event', time: header.time, event: header.event };
    case 'preview':
      return { type: 'preview', preview: previewFromParts(header, parts) };
  }
}

/** Head of the record a payload holds. Throws EntryError as decodeRecord does. */
export function decodeRecordHead(bytes: Uint8Array): RecordHead {
  const parts = readParts(bytes);
  const { header } = parts;
  switch (header.type) {
    case 'snapshot': {
      const { weightsDigest: digest, link, seconds } = header;
      const metrics = metricsFromParts(header, parts);
      return {
        type: 'snapshot',
        metrics,
        weightsDigest: digest,
        link,
        seconds,
        keyFrame: header.keyFrame !== null,
      };
    }
    case 'state':
      return {
        type: 'state',
        epoch: header.epoch,
        weightsDigest: header.weightsDigest,
        stateDigest: header.stateDigest,
      };
    case 'event':
      return { type: 'event', time: header.time, event: header.event };
    case 'preview':
      return { type: 'preview', epoch: header.epoch };
  }
}

type Arrays = Readonly<Record<string, NumberArray>>;

function payload(header: object, arrays: Arrays): Uint8Array {
  const packed = Object.entries(arrays).map(([name, values]) => ({
    name,
    values,
    planes: packPlanes(values),
  }));
  const sections: Section[] = packed.map(({ name, values, planes }) => ({
    name,
    dtype: dtypeOf(values),
    length: values.length,
    deflated: [...planes.deflated],
  }));
  const text = new TextEncoder().encode(canonicalJson({ ...header, sections }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return concatenated([length, text, ...packed.map(({ planes }) => planes.bytes)]);
}

function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const { epochs, gradientNorms, ...metrics } = snapshot.metrics;
  const { weightsDigest: digest, link, seconds, keyFrame } = snapshot;
  if (keyFrame !== null) checkKeyFrame(snapshot, keyFrame);
  const header = {
    type: 'snapshot',
    metrics,
    weightsDigest: digest,
    link,
    seconds,
    keyFrame: keyFrame === null ? null : { phaseStep: keyFrame.state.phaseStep, ...bestOf(keyFrame.monitor) },
  };
  return payload(header, {
    weights: snapshot.weights,
    ...epochArrays(epochs),
    gradientNorms: Float64Array.from(gradientNorms),
    ...(keyFrame === null ? {} : stateArrays(keyFrame)),
  });
}

/** A key frame shares its snapshot's weights, epoch, step and seconds, which are stored once. */
function checkKeyFrame(snapshot: Snapshot, keyFrame: ResumeState): void {
  const { state } = keyFrame;
  const agrees =
    state.epoch === snapshot.metrics.epoch &&
    state.step === snapshot.metrics.step &&
    keyFrame.seconds === snapshot.seconds &&
    keyFrame.pendingEpochs.length === 0 &&
    (state.parameters === snapshot.weights || weightsDigest(state.parameters) === snapshot.weightsDigest);
  if (!agrees)
    throw new EntryError(
      'malformed',
      `the key frame of epoch ${snapshot.metrics.epoch} is not its snapshot's state`,
    );
}

function encodeState(resume: ResumeState): Uint8Array {
  const { state, seconds } = resume;
  const header = {
    type: 'state',
    epoch: state.epoch,
    step: state.step,
    phaseStep: state.phaseStep,
    weightsDigest: weightsDigest(state.parameters),
    stateDigest: stateDigest(state),
    seconds,
    ...bestOf(resume.monitor),
  };
  return payload(header, {
    weights: state.parameters,
    ...epochArrays(resume.pendingEpochs),
    ...stateArrays(resume),
  });
}

function encodePreview(preview: Preview): Uint8Array {
  const { epoch, width, height, outputs, values, boundary } = preview;
  if (values.length !== width * height * outputs || boundary.length !== Math.ceil((width * height) / 8)) {
    throw new EntryError(
      'malformed',
      `the preview of epoch ${epoch} does not have ${width} x ${height} pixels`,
    );
  }
  return payload({ type: 'preview', epoch, width, height, outputs }, { values, boundary });
}

function bestOf({ bestMetric, bestEpoch }: MonitorState): Pick<MonitorState, 'bestMetric' | 'bestEpoch'> {
  return { bestMetric, bestEpoch };
}

function epochArrays(epochs: readonly EpochMetrics[]): Arrays {
  return {
    epochs: Uint32Array.from(epochs, ({ epoch }) => epoch),
    losses: Float64Array.from(epochs, ({ loss }) => loss),
    epochGradientNorms: Float64Array.from(epochs, ({ gradientNorm }) => gradientNorm),
  };
}

function stateArrays({ state, monitor }: ResumeState): Arrays {
  const moments = state.moments.map((moment, index) => [`moment${index}`, moment] as const);
  return { recentLosses: Float64Array.from(monitor.recentLosses), ...Object.fromEntries(moments) };
}

interface Parts {
  readonly header: RecordHeader;
  /** Packed bytes of each section, by name. */
  readonly packed: ReadonlyMap<string, { readonly section: Section; readonly bytes: Uint8Array }>;
}

type HeaderOf<T extends RecordHeader['type']> = Extract<RecordHeader, { type: T }>;

function readParts(bytes: Uint8Array): Parts {
  if (bytes.length < 4) throw new EntryError('truncated', 'a record of less than 4 bytes');
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (headerLength > maximumHeaderBytes)
    throw new EntryError('too-large', `a record header of ${headerLength} bytes`);
  if (4 + headerLength > bytes.length)
    throw new EntryError('truncated', 'a record that ends within its header');
  const header = parseHeader(bytes.subarray(4, 4 + headerLength));
  const packed = new Map<string, { section: Section; bytes: Uint8Array }>();
  let offset = 4 + headerLength;
  for (const section of header.sections) {
    const size = packedBytes(section.dtype, section.length, section.deflated);
    if (packed.has(section.name)) throw new EntryError('malformed', `two sections named ${section.name}`);
    packed.set(section.name, { section, bytes: bytes.subarray(offset, offset + size) });
    offset += size;
  }
  if (offset !== bytes.length)
    throw new EntryError('malformed', `sections of ${offset} bytes in a record of ${bytes.length}`);
  return { header, packed };
}

function parseHeader(bytes: Uint8Array): RecordHeader {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new EntryError('malformed', 'a record header that is not JSON');
  }
  const parsed = recordHeader.safeParse(value);
  if (parsed.success) return parsed.data;
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (typeof type === 'string' && !recordTypes.includes(type)) {
    throw new EntryError('unknown-type', `a record of the unknown type '${type.slice(0, 40)}'`);
  }
  const [issue] = parsed.error.issues;
  throw new EntryError(
    'malformed',
    `a record header whose ${issue.path.join('.') || 'content'} is wrong: ${issue.message}`,
  );
}

function array<T extends NumberArray>(parts: Parts, name: string, dtype: Dtype): T {
  const found = parts.packed.get(name);
  if (found?.section.dtype !== dtype)
    throw new EntryError('malformed', `a record without its ${dtype} section '${name}'`);
  const { length, deflated } = found.section;
  return unpackPlanes(dtype, length, { deflated, bytes: found.bytes }) as T;
}

function epochsFromParts(parts: Parts): EpochMetrics[] {
  const numbers = array<Uint32Array>(parts, 'epochs', 'u32');
  const losses = array<Float64Array>(parts, 'losses', 'f64');
  const norms = array<Float64Array>(parts, 'epochGradientNorms', 'f64');
  if (losses.length !== numbers.length || norms.length !== numbers.length) {
    throw new EntryError('malformed', 'epochs, losses and gradient norms of different lengths');
  }
  return Array.from(numbers, (epoch, index) => ({ epoch, loss: losses[index], gradientNorm: norms[index] }));
}

function metricsFromParts(header: HeaderOf<'snapshot'>, parts: Parts): SnapshotMetrics {
  const gradientNorms = Array.from(array<Float64Array>(parts, 'gradientNorms', 'f64'));
  return { ...header.metrics, gradientNorms, epochs: epochsFromParts(parts) };
}

function momentsFromParts(parts: Parts, length: number): Float32Array[] {
  const moments: Float32Array[] = [];
  while (parts.packed.has(`moment${moments.length}`)) {
    const moment = array<Float32Array>(parts, `moment${moments.length}`, 'f32');
    if (moment.length !== length)
      throw new EntryError('malformed', 'moments and weights of different lengths');
    moments.push(moment);
  }
  return moments;
}

function snapshotFromParts(header: HeaderOf<'snapshot'>, parts: Parts): Snapshot {
  const { weightsDigest: digest, link, seconds } = header;
  const metrics = metricsFromParts(header, parts);
  const weights = array<Float32Array>(parts, 'weights', 'f32');
  if (header.keyFrame === null)
    return { metrics, weights, weightsDigest: digest, link, seconds, keyFrame: null };
  const { phaseStep, bestMetric, bestEpoch } = header.keyFrame;
  const { epoch, step } = metrics;
  const moments = momentsFromParts(parts, weights.length);
  const recentLosses = Array.from(array<Float64Array>(parts, 'recentLosses', 'f64'));
  const keyFrame: ResumeState = {
    state: { epoch, step, phaseStep, parameters: weights.slice(), moments },
    monitor: { recentLosses, bestMetric, bestEpoch },
    pendingEpochs: [],
    seconds,
  };
  return { metrics, weights, weightsDigest: digest, link, seconds, keyFrame };
}

function stateFromParts(header: HeaderOf<'state'>, parts: Parts): ResumeState {
  const { epoch, step, phaseStep, bestMetric, bestEpoch, seconds } = header;
  const parameters = array<Float32Array>(parts, 'weights', 'f32');
  const recentLosses = Array.from(array<Float64Array>(parts, 'recentLosses', 'f64'));
  return {
    state: { epoch, step, phaseStep, parameters, moments: momentsFromParts(parts, parameters.length) },
    monitor: { recentLosses, bestMetric, bestEpoch },
    pendingEpochs: epochsFromParts(parts),
    seconds,
  };
}

function previewFromParts(header: HeaderOf<'preview'>, parts: Parts): Preview {
  const { epoch, width, height, outputs } = header;
  const values = array<Uint8Array>(parts, 'values', 'u8');
  const boundary = array<Uint8Array>(parts, 'boundary', 'u8');
  if (values.length !== width * height * outputs || boundary.length !== Math.ceil((width * height) / 8)) {
    throw new EntryError(
      'malformed',
      `the preview of epoch ${epoch} does not have ${width} x ${height} pixels`,
    );
  }
  return { epoch, width, height, outputs, values, boundary };
}
