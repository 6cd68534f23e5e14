/** Training settings from the words of a sweep file. */
import type {
  DeterminismClass,
  LossName,
  OptimizerName,
  OptimizerSettings,
  Schedule,
} from '../engines/engine.ts';
import type { EarlyStop } from '../diagnostics/run-monitor.ts';
import type { TrainingDocument } from './sweep-schema.ts';

/** Fields of an optimiser that were given; the others have defaults. */
export interface OptimizerOptions {
  readonly name?: OptimizerName;
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly momentum?: number;
  readonly alpha?: number;
  readonly weightDecay?: number;
}

/** An optimiser that takes over after `epoch` epochs; what it does not give it takes from the one before. */
export interface OptimizerSwitch {
  readonly epoch: number;
  readonly options: OptimizerOptions;
}

/** The training section of a sweep, as cells need it. */
export interface TrainingOptions {
  readonly optimizer: OptimizerOptions;
  readonly loss: LossName;
  readonly batchSize: number;
  /** Class that is asked for where the engine leaves a choice. */
  readonly determinism: DeterminismClass;
  readonly schedule: Schedule;
  readonly earlyStop: EarlyStop | null;
  /** Ascending by epoch. */
  readonly switches: readonly OptimizerSwitch[];
}

/** Defaults of the original experiments; PyTorch's where those have none. */
const defaults: OptimizerSettings = {
  name: 'adam',
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  momentum: 0.9,
  alpha: 0.99,
  weightDecay: 0,
};

type Tuned = 'beta1' | 'beta2' | 'epsilon' | 'momentum' | 'alpha';

/** Fields that an optimiser's update rule reads, beside the learning rate and the weight decay that all read. */
const fieldsUsed: Record<OptimizerName, readonly Tuned[]> = {
  adam: ['beta1', 'beta2', 'epsilon'],
  adamw: ['beta1', 'beta2', 'epsilon'],
  sgd: [],
  momentum: ['momentum'],
  rmsprop: ['alpha', 'epsilon'],
};

/**
 * Settings with PyTorch's defaults where nothing was given (AdamW's weight decay is 0.01). Fields that the optimiser does
 * not use are put back to their defaults, so that they do not make two equal cells look different.
 */
export function resolveOptimizer(options: OptimizerOptions): OptimizerSettings {
  const name = options.name ?? defaults.name;
  const tuned = (field: Tuned) =>
    fieldsUsed[name].includes(field) ? (options[field] ?? defaults[field]) : defaults[field];
  return {
    name,
    learningRate: options.learningRate ?? defaults.learningRate,
    beta1: tuned('beta1'),
    beta2: tuned('beta2'),
    epsilon: tuned('epsilon'),
    momentum: tuned('momentum'),
    alpha: tuned('alpha'),
    weightDecay: options.weightDecay ?? (name === 'adamw' ? 0.01 : defaults.weightDecay),
  };
}

type OptimizerDocument = Pick<
  TrainingDocument,
  'optimizer' | 'learning_rate' | 'beta1' | 'beta2' | 'epsilon' | 'momentum' | 'alpha' | 'weight_decay'
>;

function optimizerOptions(document: OptimizerDocument): OptimizerOptions {
  const { optimizer, learning_rate, beta1, beta2, epsilon, momentum, alpha, weight_decay } = document;
  const given = {
    name: optimizer,
    learningRate: learning_rate,
    beta1,
    beta2,
    epsilon,
    momentum,
    alpha,
    weightDecay: weight_decay,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function resolveSchedule(document: TrainingDocument['schedule'], epochs: number): Schedule {
  if (document === undefined || document.kind === 'constant') return { kind: 'constant' };
  if (document.kind === 'cosine') return { ...document, epochs: document.epochs ?? epochs };
  return document;
}

/** Training options of a sweep of `epochs` epochs, with the original's defaults where the file is silent. */
export function trainingOptions(document: TrainingDocument, epochs: number): TrainingOptions {
  return {
    optimizer: optimizerOptions(document),
    loss: document.loss ?? 'mse',
    batchSize: document.batch_size ?? 1024,
    determinism: document.determinism ?? 'portable',
    schedule: resolveSchedule(document.schedule, epochs),
    earlyStop: document.early_stop ?? null,
    switches: (document.switch ?? []).map((entry) => ({
      epoch: entry.epoch,
      options: optimizerOptions(entry),
    })),
  };
}
