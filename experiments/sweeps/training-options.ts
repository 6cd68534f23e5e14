/** Training settings from the words of a sweep file. */
import type { DeterminismClass, LossName, Schedule } from '../engines/engine.ts';
import {
  hyperparameterNames,
  hyperparameters,
  type HyperparameterKey,
  type OptimizerOptions,
} from '../engines/optimizers.ts';
import type { EarlyStop } from '../diagnostics/run-monitor.ts';
import type { TrainingDocument } from './sweep-schema.ts';

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

/** An optimiser as a sweep file describes it. */
type OptimizerDocument = Pick<TrainingDocument, 'optimizer' | HyperparameterKey>;

function optimizerOptions(document: OptimizerDocument): OptimizerOptions {
  const given = hyperparameterNames.map((name) => [name, document[hyperparameters[name].key]] as const);
  const named = [['name', document.optimizer] as const, ...given];
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
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
