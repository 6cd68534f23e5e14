/**
 * The contract of every engine. An engine trains networks and renders frames; it owns no files, clocks or random
 * state of its own. Everything an engine computes is defined by numerics (README, "Numerics").
 */
import type { Network, Shape } from '../network/shape.ts';
import type { KeyBounds } from '../random/permutation.ts';
import type { OptimizerSettings } from './optimizers.ts';

/** Name of an engine, as entries and the command line have it. */
export type EngineName = 'wasm' | 'webgpu' | 'reference';

/** 'portable': bit-identical on any machine; 'device': bit-identical on the same device, driver and app version. */
export type DeterminismClass = 'portable' | 'device';

/** Mean squared error, or binary cross entropy of a sigmoid. */
export type LossName = 'mse' | 'bce';

/** Learning rate as a function of the epoch (constant within an epoch); see learning-rate.ts. */
export type Schedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'cosine'; readonly epochs: number; readonly minimum: number }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number };

/** An optimiser that takes over at the start of an epoch (0 = the first); its moments start from zero. */
export interface OptimizerPhase {
  readonly fromEpoch: number;
  readonly optimizer: OptimizerSettings;
}

/** Everything that training does with the data, apart from the data. */
export interface TrainingSettings {
  readonly loss: LossName;
  readonly batchSize: number;
  /** At least one phase, ascending, the first from epoch 0. */
  readonly phases: readonly OptimizerPhase[];
  readonly schedule: Schedule;
  /** uint32; keys the shuffle stream. */
  readonly seed: number;
}

/** Points and labels: coordinates float32 [n, 2] in the unit square, labels float32 [n, outputs] in [0, 1]. */
export interface TrainingData {
  readonly coordinates: Float32Array;
  readonly labels: Float32Array;
}

/** All that training needs to go on bit for bit: completed epochs and steps, parameters, the optimiser's moments. */
export interface TrainerState {
  /** Completed epochs. */
  readonly epoch: number;
  /** Completed steps over the whole run. */
  readonly step: number;
  /** Steps since the current optimiser phase began (Adam's t). */
  readonly phaseStep: number;
  readonly parameters: Float32Array;
  /** As many vectors as the optimiser keeps (optimizers.ts), each as long as the parameters. */
  readonly moments: readonly Float32Array[];
}

/** What one epoch reports. */
export interface EpochMetrics {
  /** Number of the completed epoch, from 1. */
  readonly epoch: number;
  /** Mean loss over the epoch's samples, each batch at the weights it was computed with. */
  readonly loss: number;
  /** Root mean square over the epoch's steps of the global L2 norm of the batch gradient. */
  readonly gradientNorm: number;
}

/** What a trainer is made from. */
export interface TrainerRequest {
  readonly shape: Shape;
  readonly slope: number;
  readonly settings: TrainingSettings;
  readonly data: TrainingData;
  /** Where to start: epoch 0 with initial parameters and no moments, or any state an earlier trainer returned. */
  readonly start: TrainerState;
}

/** One network in training. Calls are made one after another. */
export interface Trainer {
  readonly epoch: number;
  readonly step: number;
  /**
   * Metrics of up to `count` further epochs. Ends early, at an epoch's end, when `signal` is aborted, and after an epoch
   * whose loss is not finite (that epoch's metrics are the last ones returned).
   */
  runEpochs(count: number, signal?: AbortSignal): Promise<EpochMetrics[]>;
  /** L2 norm of the last step's gradient per affine layer, weights and biases together: float64 [depth + 1]; zeros before the first step. */
  layerGradientNorms(): Promise<Float64Array>;
  /** A copy of the current state. */
  state(): Promise<TrainerState>;
  dispose(): void;
}

/** A rectangle of the plane; x to the right, y down. The unit square is {x0: 0, y0: 0, x1: 1, y1: 1}. */
export interface View {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export const unitView: View = { x0: 0, y0: 0, x1: 1, y1: 1 };

/** Planes of a frame beside its values. Hashes cost little; the others are computed only when asked for. */
export interface FramePlanes {
  readonly hashes?: boolean;
  /** First layer at which the pixel's pattern differs from its right or lower neighbour's. */
  readonly firstLayers?: boolean;
  /** Hash after each hidden layer. */
  readonly prefixes?: boolean;
  /** Gradient of each output with respect to (x, y). */
  readonly gradient?: boolean;
}

/**
 * How the pixels of a frame are computed.
 * - 'float32': all of it. Rounding errors are in proportion to coordinates and activations.
 * - 'anchored': as float32 differences from float64 anchors, a block of 32 x 32 pixels at a time or a part of one. Rounding
 *   errors are in proportion to what changes within a block, so that views of any size are drawn alike. Blocks in which most
 *   neurons keep their side cost a fraction of what their pixels would one by one; at worst it is about a tenth slower.
 * - 'float64': all of it, about five times slower; values and hashes only.
 */
export type FramePrecision = 'float32' | 'anchored' | 'float64';

/** Side of a pixel, in units of the picture's, below which float32 coordinates are too coarse: 16 of their spacings. */
export const smallestFloat32Pixel = 2 ** -20;

/**
 * Pixel (column j, row i) of a width x height frame lies at x = x0 + (j + 0.5) / width * (x1 - x0), y likewise, computed
 * in float64, and rounded to float32 where that is the precision. `rows` asks for a band [start, end) of the frame; the result is the same whatever
 * bands it was cut into.
 */
export interface FrameRequest {
  readonly network: Network;
  readonly view: View;
  readonly width: number;
  readonly height: number;
  readonly rows?: { readonly start: number; readonly end: number };
  readonly planes: FramePlanes;
  /** Where values are written, float32 [n, outputs]; new memory by default. Engines may leave it alone. */
  readonly into?: Float32Array;
  /** 'float32' by default. Engines that know no other ignore it. */
  readonly precision?: FramePrecision;
}

/** No first differing layer: the pixel and its right and lower neighbours share one activation pattern. */
export const noLayer = 0xffff;

/** A rendered frame or band; n = number of rows in it times width, row-major from the top. */
export interface Frame {
  readonly width: number;
  readonly rows: { readonly start: number; readonly end: number };
  readonly outputs: number;
  /** float32 [n, outputs] */
  readonly values: Float32Array;
  /** uint32 [n, 2], lane 0 then lane 1: as bytes, little-endian uint64 [n]. */
  readonly hashes?: Uint32Array;
  /** uint16 [n], `noLayer` where there is none; missing neighbours at the frame's right and lower edge count as equal. */
  readonly firstLayers?: Uint16Array;
  /** uint32 [hidden layers, n, 2] */
  readonly prefixes?: Uint32Array;
  /** float32 [n, outputs, 2] */
  readonly gradient?: Float32Array;
}

/** What is to be made of a frame where it is computed, so that the frame itself need not be read. */
export interface DrawRequest {
  readonly network: Network;
  readonly view: View;
  readonly width: number;
  readonly height: number;
  readonly draw: {
    readonly values?: boolean;
    /** Values as 8-bit levels. */
    readonly levels?: boolean;
    /** Boundary pixels as bits, and how many there are. */
    readonly boundary?: boolean;
    /** Number of distinct hashes. */
    readonly distinct?: boolean;
    /** Values in colours of a table, uint32 [257] with red in the lowest byte: 0 to 1, then what is not a number. */
    readonly colours?: Uint32Array;
  };
}

/** What was made of a frame; fields that were not asked for are missing. */
export interface DrawnFrame {
  /** float32 [height, width, outputs] */
  readonly values?: Float32Array;
  /** uint8 [height, width, outputs] */
  readonly levels?: Uint8Array;
  /** One bit a pixel without padding between rows, most significant bit first; `count` of them are set. */
  readonly boundary?: { readonly bits: Uint8Array; readonly count: number };
  readonly distinct?: number;
  /** RGBA bytes [height, width, 4] */
  readonly colours?: Uint8Array;
}

/** Sums over the pixels of a frame of one output, against a grey picture. */
export interface GreySums {
  /** Squared differences, float64, added one after another in the frame's order. */
  readonly squares: number;
  /** Pixels below 0.5 in the values, in the picture, and in both. */
  readonly darkValues: number;
  readonly darkTruth: number;
  readonly darkBoth: number;
}

/** Loss and gradient of one batch. */
export interface LossGradient {
  /** Mean loss over the points. */
  readonly loss: number;
  /** d loss / d parameters, float32, in the parameters' layout. */
  readonly gradient: Float32Array;
}

/** One of the streams of random words (random/philox.ts). */
export interface RandomStream {
  /** uint32 */
  readonly seed: number;
  readonly streamId: number;
  /** uint32 */
  readonly subsequence: number;
}

/** What trains networks and renders frames. Calls may overlap; `dispose` ends it. */
export interface Engine {
  readonly name: EngineName;
  readonly determinism: DeterminismClass;
  /** For people and entries, e.g. "WebAssembly SIMD, strict". */
  readonly description: string;
  createTrainer(request: TrainerRequest): Promise<Trainer>;
  renderFrame(request: FrameRequest): Promise<Frame>;
  /** What is drawn of a frame, where the engine can make it without reading the frame back. */
  drawFrame?(request: DrawRequest): Promise<DrawnFrame>;
  /**
   * Sums of a frame of one output against levels uint8 [n], 0 to 255 for 0 to 1, where the engine can make them without
   * handing out the frame. Null for networks with which it cannot.
   */
  scoreFrame?(request: FrameRequest, levels: Uint8Array): Promise<GreySums | null>;
  /** Values at points: coordinates float32 [n, 2] -> float32 [n, outputs]. */
  evaluate(network: Network, coordinates: Float32Array): Promise<Float32Array>;
  /** The words within bounds among the first `count`, below 2^32, of a random stream, as `wordsWithin` (random/permutation.ts) has them: where that is faster. */
  wordsWithin?(stream: RandomStream, count: number, bounds: KeyBounds): Promise<Uint32Array>;
  /** Loss over all points as one batch and its gradient. */
  lossGradient(network: Network, data: TrainingData, loss: LossName): Promise<LossGradient>;
  dispose(): void;
}
/**
 * 'strict' is bit-identical everywhere and trains; 'relaxed' is faster where the machine has it and draws; 'webgpu' runs in
 * a process or page of its own, never in a thread.
 */
export type EngineChoice = 'strict' | 'relaxed' | 'reference' | 'webgpu';
