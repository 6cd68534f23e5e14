/** The optimisers, a row each: whatever names, checks, trains, costs or offers an optimiser reads it off this table. */

/** The numbers that a hyperparameter may be. */
export type HyperparameterRange =
  | { readonly above: 0; readonly to: number }
  | { readonly from: 0; readonly below: 1 }
  | { readonly from: number; readonly to: number };

/** A number that an update rule depends on. */
export interface Hyperparameter {
  /** What a sweep file calls it. */
  readonly key: string;
  /** PyTorch's default, where the original experiments have no other. */
  readonly default: number;
  readonly range: HyperparameterRange;
}

const hyperparameterRows = {
  learningRate: { key: 'learning_rate', default: 1e-3, range: { above: 0, to: 1000 } },
  beta1: { key: 'beta1', default: 0.9, range: { from: 0, below: 1 } },
  beta2: { key: 'beta2', default: 0.999, range: { from: 0, below: 1 } },
  epsilon: { key: 'epsilon', default: 1e-8, range: { above: 0, to: 1 } },
  /** buffer = momentum * buffer + gradient (PyTorch, dampening 0). */
  momentum: { key: 'momentum', default: 0.9, range: { from: 0, below: 1 } },
  /** Smoothing constant of the squared gradient (PyTorch's alpha). */
  alpha: { key: 'alpha', default: 0.99, range: { from: 0, below: 1 } },
  /** L2 term added to the gradient; decoupled from it where the optimiser says so. */
  weightDecay: { key: 'weight_decay', default: 0, range: { from: 0, to: 1000 } },
} as const satisfies Readonly<Record<string, Hyperparameter>>;

/** Name of a hyperparameter in configurations. */
export type HyperparameterName = keyof typeof hyperparameterRows;

/** Name of a hyperparameter in sweep files. */
export type HyperparameterKey = (typeof hyperparameterRows)[HyperparameterName]['key'];

/**
 * All hyperparameters by name. Every cell's configuration holds all of them and its id is a digest of that, so a further
 * row here would give every cell another id.
 */
export const hyperparameters: Readonly<
  Record<HyperparameterName, Hyperparameter & { readonly key: HyperparameterKey }>
> = hyperparameterRows;

/** Names of the hyperparameters, in the order of configurations. */
export const hyperparameterNames = Object.keys(hyperparameterRows) as HyperparameterName[];

/** What is to be known of an optimiser apart from its update rule, which every engine has in its own words. */
export interface Optimizer {
  /** What people call it. */
  readonly title: string;
  /** Number of its rule in the kernels: Rule in wasm/kernels/assembly/optimizer.ts, constants in webgpu/kernels/training-update.wgsl. */
  readonly rule: number;
  /** Vectors that it keeps beside the parameters and as long as they: of gradients first, then of their squares. */
  readonly moments: 0 | 1 | 2;
  /** Hyperparameters that its rule reads, beside the learning rate and the weight decay, which every rule reads. */
  readonly reads: readonly HyperparameterName[];
  /** The hyperparameter by which its moment of gradients decays. */
  readonly gradientDecay?: HyperparameterName;
  /** The hyperparameter by which its moment of squared gradients decays. */
  readonly squareDecay?: HyperparameterName;
  /** Whether moments are means that begin at zero and are corrected for it (Adam's bias correction). */
  readonly correctsBias?: true;
  /** Whether weight decay shrinks the parameters instead of being added to the gradient. */
  readonly decouplesDecay?: true;
  /** Defaults that are not those of the hyperparameter. */
  readonly defaults?: Readonly<Partial<Record<HyperparameterName, number>>>;
}

const optimizerRows = {
  adam: {
    title: 'Adam',
    rule: 0,
    moments: 2,
    reads: ['beta1', 'beta2', 'epsilon'],
    gradientDecay: 'beta1',
    squareDecay: 'beta2',
    correctsBias: true,
  },
  adamw: {
    title: 'AdamW',
    rule: 1,
    moments: 2,
    reads: ['beta1', 'beta2', 'epsilon'],
    gradientDecay: 'beta1',
    squareDecay: 'beta2',
    correctsBias: true,
    decouplesDecay: true,
    defaults: { weightDecay: 0.01 },
  },
  sgd: { title: 'SGD', rule: 2, moments: 0, reads: [] },
  momentum: {
    title: 'SGD with momentum',
    rule: 3,
    moments: 1,
    reads: ['momentum'],
    gradientDecay: 'momentum',
  },
  rmsprop: {
    title: 'RMSprop',
    rule: 4,
    moments: 1,
    reads: ['alpha', 'epsilon'],
    squareDecay: 'alpha',
  },
} as const satisfies Readonly<Record<string, Optimizer>>;

/** Name of an optimiser in sweep files and configurations. */
export type OptimizerName = keyof typeof optimizerRows;

/** All optimisers by name, in the order in which they are offered. */
export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = optimizerRows;

/** Names of the optimisers, in the order in which they are offered; at least one. */
export const optimizerNames = Object.keys(optimizerRows) as [OptimizerName, ...OptimizerName[]];

/** The optimiser where none is named. */
export const defaultOptimizer: OptimizerName = 'adam';

/** One optimiser with PyTorch's update rule and names. Hyperparameters that it does not read are at their defaults. */
export type OptimizerSettings = { readonly name: OptimizerName } & Readonly<
  Record<HyperparameterName, number>
>;

/** Fields of an optimiser that were given; the others have defaults. */
export type OptimizerOptions = Readonly<
  { name?: OptimizerName | undefined } & Partial<Record<HyperparameterName, number>>
>;

/**
 * Settings with defaults where nothing was given. Hyperparameters that the optimiser does not read are put back to their
 * defaults, so that they do not make two equal cells look different.
 */
export function resolveOptimizer({ name = defaultOptimizer, ...given }: OptimizerOptions): OptimizerSettings {
  const { reads, defaults = {} } = optimizers[name];
  const valueOf = (field: HyperparameterName): number => {
    const isRead = field === 'learningRate' || field === 'weightDecay' || reads.includes(field);
    const value = isRead ? (given[field] ?? defaults[field]) : undefined;
    return value ?? hyperparameters[field].default;
  };
  const values = Object.fromEntries(hyperparameterNames.map((field) => [field, valueOf(field)]));
  return { name, ...(values as Record<HyperparameterName, number>) };
}
