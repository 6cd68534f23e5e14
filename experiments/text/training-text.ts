/** What training did, in the words of a figure's subtitle. */
import { optimizers } from '../engines/optimizers.ts';
import { inputMapText } from '../network/input-map.ts';
import type { CellConfig } from '../sweeps/cell.ts';

function between([from, to]: readonly [number, number]): string {
  return `from ${from} to ${to}`;
}

/** "Adam, learning rate 0.001, batch 1024, MSE": whatever all cells share; what varies between them is left out. */
export function trainingText(configs: readonly CellConfig[]): string {
  const shared = (textOf: (config: CellConfig) => string): string => {
    const texts = new Set(configs.map(textOf));
    const [only = ''] = texts;
    return texts.size === 1 ? only : '';
  };
  const phases = ({ training }: CellConfig) => training.phases.map(({ optimizer }) => optimizer);
  const parts = [
    shared((config) =>
      phases(config)
        .map(({ name }) => optimizers[name].title)
        .join(', then '),
    ),
    shared(
      (config) =>
        `learning rate ${phases(config)
          .map(({ learningRate }) => learningRate)
          .join(', then ')}`,
    ),
    shared(({ training }) =>
      training.schedule.kind === 'constant' ? '' : `${training.schedule.kind} schedule`,
    ),
    shared(({ training }) => `batch ${training.batchSize}`),
    shared(({ training }) => training.loss.toUpperCase()),
    shared(({ data }) => (data.labelNoise > 0 ? `${data.labelNoise * 100} % of labels flipped` : '')),
    shared(({ data }) => (data.randomLabels ? 'random labels' : '')),
    shared(({ inputs }) => (inputs === undefined ? '' : `inputs ${inputMapText(inputs)}`)),
    shared(({ data }) =>
      data.sample === undefined
        ? ''
        : `points with x ${between(data.sample.x)} and y ${between(data.sample.y)}`,
    ),
    shared(({ decoys }) =>
      decoys === undefined ? '' : `${decoys.points} decoys for ${decoys.until} epochs`,
    ),
  ];
  return parts.filter((text) => text !== '').join(', ');
}
