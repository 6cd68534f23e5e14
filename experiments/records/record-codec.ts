/** Records: what one frame of a log holds, as typed values. Their layout is in record-payload.ts. */
import type { EpochMetrics } from '../engines/engine.ts';
import type { PlaneMemory } from './byte-planes.ts';
import { EntryError } from './entry-error.ts';
import { stateDigest, weightsDigest } from './digests.ts';
import {
  recordParts,
  recordPayload,
  sectionArray,
  type Arrays,
  type HeaderOf,
  type RecordParts,
} from './record-payload.ts';
import type { SnapshotMetrics } from './measures.ts';
import type { CellEvent, MonitorState, Preview, ResumeState, Snapshot, ThinnedSnapshot } from './snapshot.ts';

/** An event of a cell and when it happened (ISO 8601, UTC, given by the caller). */
export interface TimedEvent {
  readonly time: string;
  readonly event: CellEvent;
}

/** A record in full. */
export type CellRecord =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'thinned'; readonly snapshot: ThinnedSnapshot }
  | { readonly type: 'state'; readonly state: ResumeState }
  | ({ readonly type: 'event' } & TimedEvent)
  | { readonly type: 'preview'; readonly preview: Preview };

/** What an index needs to know about a record; weights and moments stay packed. */
export type RecordHead =
  | ({ readonly type: 'snapshot'; readonly keyFrame: boolean } & ThinnedSnapshot)
  | ({ readonly type: 'thinned' } & ThinnedSnapshot)
  | {
      readonly type: 'state';
      readonly epoch: number;
      readonly weightsDigest: string;
      readonly stateDigest: string;
    }
  | ({ readonly type: 'event' } & TimedEvent)
  | { readonly type: 'preview'; readonly epoch: number };

/** Payload of a record. Throws EntryError 'malformed' where a key frame contradicts its snapshot. */
export function encodeRecord(record: CellRecord): Uint8Array {
  switch (record.type) {
    case 'snapshot':
      return encodeSnapshot(record.snapshot);
    case 'thinned':
      return encodeThinned(record.snapshot);
    case 'state':
      return encodeState(record.state);
    case 'event':
      return recordPayload({ type: 'event', time: record.time, event: record.event }, {});
    case 'preview':
      return encodePreview(record.preview);
  }
}

/**
 * The record a payload holds. Throws EntryError; 'unknown-type' where a newer version wrote it. Digests are not checked here.
 * With `memory` its float32 arrays hold until the next record is decoded into the same.
 */
export function decodeRecord(bytes: Uint8Array, memory?: PlaneMemory): CellRecord {
  memory?.reset();
  const parts = recordParts(bytes, memory);
  const { header } = parts;
  switch (header.type) {
    case 'snapshot':
      return { type: 'snapshot', snapshot: snapshotFromParts(header, parts) };
    case 'thinned':
      return { type: 'thinned', snapshot: thinnedFromParts(header, parts) };
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
  const parts = recordParts(bytes);
  const { header } = parts;
  switch (header.type) {
    case 'snapshot':
      return { type: 'snapshot', ...thinnedFromParts(header, parts), keyFrame: header.keyFrame !== null };
    case 'thinned':
      return { type: 'thinned', ...thinnedFromParts(header, parts) };
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

function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const { keyFrame } = snapshot;
  if (keyFrame !== null) checkKeyFrame(snapshot, keyFrame);
  const { header, arrays } = measuredParts(snapshot);
  const state =
    keyFrame === null ? null : { phaseStep: keyFrame.state.phaseStep, ...bestOf(keyFrame.monitor) };
  return recordPayload(
    { type: 'snapshot', ...header, keyFrame: state },
    { weights: snapshot.weights, ...arrays, ...(keyFrame === null ? {} : stateArrays(keyFrame)) },
  );
}

function encodeThinned(snapshot: ThinnedSnapshot): Uint8Array {
  const { header, arrays } = measuredParts(snapshot);
  return recordPayload({ type: 'thinned', ...header, keyFrame: null }, arrays);
}

/** What every snapshot has, with weights or without. */
function measuredParts({ metrics, weightsDigest: digest, link, seconds }: ThinnedSnapshot): {
  readonly header: object;
  readonly arrays: Arrays;
} {
  const { epochs, gradientNorms, ...headMetrics } = metrics;
  return {
    header: { metrics: headMetrics, weightsDigest: digest, link, seconds },
    arrays: { ...epochArrays(epochs), gradientNorms: Float64Array.from(gradientNorms) },
  };
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
  return recordPayload(header, {
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
  return recordPayload({ type: 'preview', epoch, width, height, outputs }, { values, boundary });
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

type PackedArrays = Pick<RecordParts, 'packed'>;

function epochsFromParts(parts: PackedArrays): EpochMetrics[] {
  const numbers = sectionArray<Uint32Array>(parts, 'epochs', 'u32');
  const losses = sectionArray<Float64Array>(parts, 'losses', 'f64');
  const norms = sectionArray<Float64Array>(parts, 'epochGradientNorms', 'f64');
  if (losses.length !== numbers.length || norms.length !== numbers.length) {
    throw new EntryError('malformed', 'epochs, losses and gradient norms of different lengths');
  }
  return Array.from(numbers, (epoch, index) => ({ epoch, loss: losses[index], gradientNorm: norms[index] }));
}

function thinnedFromParts(
  { metrics, weightsDigest: digest, link, seconds }: HeaderOf<'snapshot' | 'thinned'>,
  parts: PackedArrays,
): ThinnedSnapshot {
  return { metrics: { ...metrics, ...arraysOfMetrics(parts) }, weightsDigest: digest, link, seconds };
}

/** The measures of a snapshot that lie in arrays. Throws EntryError. */
export function arraysOfMetrics(parts: PackedArrays): Pick<SnapshotMetrics, 'gradientNorms' | 'epochs'> {
  const gradientNorms = Array.from(sectionArray<Float64Array>(parts, 'gradientNorms', 'f64'));
  return { gradientNorms, epochs: epochsFromParts(parts) };
}

function momentsFromParts(parts: RecordParts, length: number): Float32Array[] {
  const moments: Float32Array[] = [];
  while (parts.packed.has(`moment${moments.length}`)) {
    const moment = sectionArray<Float32Array>(parts, `moment${moments.length}`, 'f32');
    if (moment.length !== length)
      throw new EntryError('malformed', 'moments and weights of different lengths');
    moments.push(moment);
  }
  return moments;
}

function snapshotFromParts(header: HeaderOf<'snapshot'>, parts: RecordParts): Snapshot {
  const left = thinnedFromParts(header, parts);
  const { metrics, seconds } = left;
  const weights = sectionArray<Float32Array>(parts, 'weights', 'f32');
  if (header.keyFrame === null) return { ...left, weights, keyFrame: null };
  const { phaseStep, bestMetric, bestEpoch } = header.keyFrame;
  const { epoch, step } = metrics;
  const moments = momentsFromParts(parts, weights.length);
  const recentLosses = Array.from(sectionArray<Float64Array>(parts, 'recentLosses', 'f64'));
  const keyFrame: ResumeState = {
    state: { epoch, step, phaseStep, parameters: weights.slice(), moments },
    monitor: { recentLosses, bestMetric, bestEpoch },
    pendingEpochs: [],
    seconds,
  };
  return { ...left, weights, keyFrame };
}

function stateFromParts(header: HeaderOf<'state'>, parts: RecordParts): ResumeState {
  const { epoch, step, phaseStep, bestMetric, bestEpoch, seconds } = header;
  const parameters = sectionArray<Float32Array>(parts, 'weights', 'f32');
  const recentLosses = Array.from(sectionArray<Float64Array>(parts, 'recentLosses', 'f64'));
  return {
    state: { epoch, step, phaseStep, parameters, moments: momentsFromParts(parts, parameters.length) },
    monitor: { recentLosses, bestMetric, bestEpoch },
    pendingEpochs: epochsFromParts(parts),
    seconds,
  };
}

function previewFromParts(header: HeaderOf<'preview'>, parts: RecordParts): Preview {
  const { epoch, width, height, outputs } = header;
  const values = sectionArray<Uint8Array>(parts, 'values', 'u8');
  const boundary = sectionArray<Uint8Array>(parts, 'boundary', 'u8');
  if (values.length !== width * height * outputs || boundary.length !== Math.ceil((width * height) / 8)) {
    throw new EntryError(
      'malformed',
      `the preview of epoch ${epoch} does not have ${width} x ${height} pixels`,
    );
  }
  return { epoch, width, height, outputs, values, boundary };
}
