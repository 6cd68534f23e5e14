/** From a cell's configuration to its network, its points and its trainer. */
import type { Engine, Trainer, TrainerState, TrainingData } from '../engines/engine.ts';
import { fusedNumericsVersion } from '../engines/wasm/numerics-version.ts';
import { initialParameters } from '../network/initialization.ts';
import { mappedCoordinates } from '../network/input-map.ts';
import type { Network, Shape } from '../network/shape.ts';
import { streamIds } from '../random/philox.ts';
import type { Picture } from '../targets/picture.ts';
import { withDecoys } from '../targets/decoys.ts';
import { drawPoints, samplePoints, type SampledPoints } from '../targets/sampling.ts';
import type { CellConfig } from './cell.ts';
import { createDecoyTrainer } from './decoy-trainer.ts';

/** The shape of a cell's network. */
export function shapeOfCell({ network }: CellConfig): Shape {
  return { hidden: network.hidden, outputs: network.outputs };
}

/** A cell's network with given parameters; trained on BCE its output is a sigmoid. */
export function networkOfCell(config: CellConfig, parameters: Float32Array): Network {
  return {
    shape: shapeOfCell(config),
    slope: config.network.slope,
    parameters,
    output: config.training.loss === 'bce' ? 'sigmoid' : 'affine',
    ...(config.inputs === undefined ? {} : { inputs: config.inputs }),
  };
}

/** The seed of a cell's points, labels and decoys. */
function dataSeed({ data, seed }: CellConfig): number {
  return data.seed ?? seed;
}

/** The training and validation points of a cell. Throws where the picture's channels are not the network's outputs. */
export function pointsOfCell(config: CellConfig, picture: Picture): SampledPoints {
  checkChannels(config, picture);
  return samplePoints(picture, config.data, dataSeed(config));
}

/** `pointsOfCell`, drawn by an engine where it draws faster. */
export async function drawnPointsOfCell(
  engine: Engine,
  config: CellConfig,
  picture: Picture,
): Promise<SampledPoints> {
  const { wordsWithin } = engine;
  if (wordsWithin === undefined) return pointsOfCell(config, picture);
  checkChannels(config, picture);
  const seed = dataSeed(config);
  return drawPoints(picture, config.data, seed, (count, bounds) =>
    wordsWithin({ seed, streamId: streamIds.data, subsequence: 0 }, count, bounds),
  );
}

function checkChannels({ network: { outputs } }: CellConfig, { channels }: Picture): void {
  if (channels !== outputs)
    throw new Error(`The network has ${outputs} outputs, the picture ${channels} channels.`);
}

/** The state before the first epoch. */
export function initialState(config: CellConfig): TrainerState {
  const { initialization } = config.network;
  return {
    epoch: 0,
    step: 0,
    phaseStep: 0,
    parameters: initialParameters(shapeOfCell(config), initialization, config.seed),
    moments: [],
  };
}

/**
 * A trainer of the cell that goes on from `start`. Throws where the engine is not of the cell's determinism class, so
 * that "portable" is never claimed of anything else.
 */
export function createCellTrainer(
  engine: Engine,
  config: CellConfig,
  points: SampledPoints,
  start: TrainerState,
): Promise<Trainer> {
  if (config.determinism === 'portable' && engine.determinism !== 'portable') {
    throw new Error(
      `The cell asks for portable results; the engine "${engine.description}" is not portable.`,
    );
  }
  if (config.numerics === fusedNumericsVersion && engine.determinism === 'portable') {
    throw new Error(
      'This machine does not fuse multiplication and addition, as the cell asks for; set training.determinism to portable.',
    );
  }
  const { decoys } = config;
  const trainerOn = (data: TrainingData, from: TrainerState): Promise<Trainer> =>
    engine.createTrainer({
      shape: shapeOfCell(config),
      slope: config.network.slope,
      settings: config.training,
      data: { ...data, coordinates: mappedCoordinates(config.inputs, data.coordinates) },
      start: from,
    });
  if (decoys === undefined) return trainerOn(points.training, start);
  const crowd = withDecoys(points.training, decoys, dataSeed(config));
  return createDecoyTrainer(
    (hasDecoys, from) => trainerOn(hasDecoys ? crowd : points.training, from),
    decoys.until,
    start,
  );
}
