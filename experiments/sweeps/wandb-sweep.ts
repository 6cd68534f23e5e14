/** Sweep files of Weights & Biases: what their keys are called here. */

type Fields = Readonly<Record<string, unknown>>;

/** Keys that such a file has at its top, and what becomes of them. */
const topKeys: Readonly<Record<string, string>> = {
  program: 'leave out',
  command: 'leave out',
  project: 'leave out',
  entity: 'leave out',
  description: 'leave out',
  method: 'leave out, every combination is trained',
  run_cap: 'leave out, every combination is trained',
  metric: 'leave out, every cell is measured against the picture',
  early_terminate: 'training.early_stop',
};
/** Keys that only such files have. */
const signs = ['method', 'program', 'metric', 'early_terminate', 'run_cap'];
/** Names of parameters that stand somewhere else here. */
const renamed: Readonly<Record<string, string>> = {
  lr: 'learning_rate',
  batchsize: 'batch_size',
  optim: 'optimizer',
  random_seed: 'seed',
  epochs: 'epochs at the top, one number',
  num_epochs: 'epochs at the top, one number',
};
const maxNames = 6;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** What each key of a sweep file of Weights & Biases becomes here, in one line; null where the data are no such file. */
export function wandbText(data: unknown): string | null {
  const top = fieldsOf(data);
  const isForeign =
    signs.filter((sign) => Object.hasOwn(top, sign)).length > 0 && Object.hasOwn(top, 'parameters');
  if (!isForeign) return null;
  const parameters = Object.entries(fieldsOf(top['parameters']));
  const words = Object.entries(topKeys).flatMap(([key, becomes]) =>
    Object.hasOwn(top, key) ? [`${key}: ${becomes}`] : [],
  );
  for (const [name] of parameters.slice(0, maxNames)) {
    if (Object.hasOwn(renamed, name)) words.push(`parameters.${name}: ${renamed[name]}`);
  }
  const shapes = parameters.map(([, entry]) => fieldsOf(entry));
  const has = (key: string) => shapes.some((entry) => Object.hasOwn(entry, key));
  if (has('values') || has('value')) words.push('values and value: stay');
  if (has('min') || has('max')) words.push('min, max: from, to with count');
  if (has('distribution')) words.push('distribution: spacing: linear or log, or the values themselves');
  if (has('q') || has('mu') || has('sigma') || has('probabilities'))
    words.push('q, mu, sigma, probabilities: write values');
  if (has('parameters')) words.push('nested parameters: one level here');
  const missing = ['name', 'target', 'epochs'].filter((key) => !Object.hasOwn(top, key));
  if (missing.length > 0) words.push(`to be added: ${missing.join(', ')}`);
  return `a sweep of Weights & Biases; here it is written so: ${words.join('; ')}`;
}
