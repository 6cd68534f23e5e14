// Training: batches are handled in tiles of strips; a tile goes forward through all layers and back again, adding its
// part to the gradient, tile after tile. `advance` stops after any number of tiles and goes on where it stopped. In the
// last tile of a batch each layer's weights take their step as soon as the backward pass has left it, while its gradient
// is still in the cache.
import { affineTile } from './affine';
import { allocateZeros } from './arena';
import { addGradient } from './gradient';
import { crossEntropyLoss, squaredLoss } from './loss';
import {
  allocateTile, Layer, layerAt, layerCount, maxTileStrips, neuronCount, parameterBytes, parameters,
  slope,
} from './network';
import { prepareStep, updateWeights } from './optimizer';
import { gatherSamples, openSamples, takeOrder } from './samples';
import { openShuffle, shuffledOrder } from './shuffle';
import { layerBackward, layerForward } from './tile-layers';

let pointCount: i32 = 0;
let batchSize: i32 = 0;
let crossEntropy: bool = false;

let tileStrips: i32 = 0;
let inputTile: usize = 0;
let labelTile: usize = 0;
let outputTile: usize = 0;
let gradient: usize = 0;
let firstMoment: usize = 0;
let secondMoment: usize = 0;

let rule: i32 = 0;
let beta1: f64 = 0;
let beta2: f64 = 0;
let epsilon: f64 = 0;
let decay: f64 = 0;
let rate: f64 = 0;
let phaseStep: i32 = 0;

/** Start of the current batch in the epoch, and samples of it that are done. */
let position: i32 = 0;
let done: i32 = 0;
let lossSum: f64 = 0;
let squaredNormSum: f64 = 0;
let stepCount: i32 = 0;

/** Bytes that the activations of a tile may take: half of a usual second-level cache. */
const tileBudget: i32 = 1 << 20;

/** Strips in a tile, from the shape alone: it fixes the order in which the gradient is summed. */
function stripsOfTile(): i32 {
  const fitting = tileBudget / (64 * max(neuronCount, 1));
  return max(4, min(maxTileStrips, fitting));
}

/** Prepares training of the open network on `points` points; data, labels and moments are filled by the caller. */
export function openTraining(points: i32, batch: i32, useCrossEntropy: i32): void {
  pointCount = points;
  batchSize = min(batch, points);
  crossEntropy = useCrossEntropy != 0;
  const outputs = layerAt(layerCount - 1).outputs;
  openSamples(points, outputs);
  tileStrips = min(stripsOfTile(), (batchSize + 15) >> 4);
  inputTile = allocateTile(layerAt(0).inputs);
  labelTile = allocateTile(outputs);
  outputTile = allocateTile(outputs);
  gradient = allocateZeros(parameterBytes());
  firstMoment = allocateZeros(parameterBytes());
  secondMoment = allocateZeros(parameterBytes());
  for (let index = 0; index < layerCount; index++) {
    const layer = layerAt(index);
    layer.gradient = gradient + (layer.weights - parameters);
    if (index == layerCount - 1) break;
    layer.activations = allocateTile(layer.outputs);
  }
  openShuffle(points);
  phaseStep = 0;
}

export function gradientAddress(): usize {
  return gradient;
}

/** Address of the first (0) or second (1) moment. */
export function momentAddress(index: i32): usize {
  return index == 0 ? firstMoment : secondMoment;
}

/** `b1` is beta1, momentum or alpha, as the rule has it. */
export function setOptimizer(newRule: i32, b1: f64, b2: f64, eps: f64, weightDecay: f64, stepsBefore: i32): void {
  rule = newRule;
  beta1 = b1;
  beta2 = b2;
  epsilon = eps;
  decay = weightDecay;
  phaseStep = stepsBefore;
}

export function clearMoments(): void {
  memory.fill(firstMoment, 0, <usize>parameterBytes());
  memory.fill(secondMoment, 0, <usize>parameterBytes());
}

/** Starts epoch `epoch` (0 for the first) in its own order of points. */
export function beginEpoch(seed: u32, epoch: u32, learningRate: f64): void {
  takeOrder(shuffledOrder(seed, epoch, pointCount));
  rate = learningRate;
  beginPass();
}

function beginPass(): void {
  position = 0;
  done = 0;
  lossSum = 0;
  squaredNormSum = 0;
  stepCount = 0;
}

/** Forward and backward pass of `count` samples of the batch; `scale` = 1 / (batch size * outputs). */
function runTile(from: i32, count: i32, scale: f32, isFirst: bool, stepsAfter: bool): void {
  const strips = (count + 15) >> 4;
  gatherSamples(from, count, inputTile, labelTile);
  const output = layerAt(layerCount - 1);
  let delta = outputTile;
  affineTile(runHiddenLayers(strips), delta, output.weights, output.biases, output.inputs, output.outputs, strips);
  lossSum += crossEntropy
    ? crossEntropyLoss(delta, labelTile, output.outputs, count, scale)
    : squaredLoss(delta, labelTile, output.outputs, count, scale);
  for (let index = layerCount - 1; index >= 0; index--) {
    const layer = layerAt(index);
    const below = index > 0 ? layerAt(index - 1).activations : inputTile;
    const bias = layer.gradient + ((<usize>(layer.inputs * layer.outputs)) << 2);
    addGradient(isFirst, delta, below, layer.outputs, layer.inputs, strips, layer.gradient, bias);
    if (index > 0) layerBackward(delta, below, layer.weights, layer.outputs, layer.inputs, strips, slope);
    delta = below;
    if (stepsAfter) stepLayer(layer);
  }
}

/** Runs the hidden layers on the inputs; returns the activations of the last one. */
function runHiddenLayers(strips: i32): usize {
  let source = inputTile;
  for (let index = 0; index < layerCount - 1; index++) {
    const layer = layerAt(index);
    layerForward(source, layer.activations, layer.weights, layer.biases, layer.inputs, layer.outputs, strips, slope);
    source = layer.activations;
  }
  return source;
}

/**
 * The optimiser's step on a layer that nothing needs any more, after those above it. Vectors do not end where layers do:
 * one that reaches into the next layer belongs to the layer in which it begins.
 */
function stepLayer(layer: Layer): void {
  const count = (layer.inputs + 1) * layer.outputs;
  const from = (layer.weights - parameters + 15) & ~15;
  const to = (layer.weights - parameters + ((<usize>count) << 2) + 15) & ~15;
  const w = parameters + from;
  const g = gradient + from;
  layer.gradientNorm = updateWeights(
    rule, w, g, firstMoment + from, secondMoment + from, parameters + to, layer.gradient, count,
  );
}

/** Counts a step whose gradient was of these layer norms. */
function endStep(): void {
  let total: f64 = 0;
  for (let index = 0; index < layerCount; index++) total += layerAt(index).gradientNorm;
  squaredNormSum += total;
  stepCount++;
}

/** Tiles left in the epoch after running up to `tiles` of them; 0 means that the epoch is complete. */
export function advance(tiles: i32): i32 {
  while (position < pointCount) {
    if (tiles-- == 0) return 1;
    const samples = min(batchSize, pointCount - position);
    const count = min(tileStrips << 4, samples - done);
    const outputs = layerAt(layerCount - 1).outputs;
    const isLast = done + count == samples;
    if (isLast) prepareStep(rule, rate, beta1, beta2, epsilon, decay, ++phaseStep);
    runTile(position + done, count, <f32>(1 / (<f64>samples * <f64>outputs)), done == 0, isLast);
    done += count;
    if (isLast) {
      endStep();
      position += samples;
      done = 0;
    }
  }
  return 0;
}

/** Samples of a whole tile. */
export function tileSamples(): i32 {
  return tileStrips << 4;
}

/** Mean loss over the samples of the epoch or pass. */
export function epochLoss(): f64 {
  return lossSum / (<f64>pointCount * <f64>layerAt(layerCount - 1).outputs);
}

/** Root mean square of the steps' gradient norms. */
export function epochGradientNorm(): f64 {
  return Math.sqrt(squaredNormSum / <f64>stepCount);
}

/** Steps of the epoch so far. */
export function epochSteps(): i32 {
  return stepCount;
}

/** L2 norm of the last step's gradient of one affine layer. */
export function layerGradientNorm(index: i32): f64 {
  return Math.sqrt(layerAt(index).gradientNorm);
}

/** Loss and gradient over all points as one batch, without a step; the same result as a batch of an epoch gives. */
export function differentiate(): f64 {
  takeOrder(0);
  beginPass();
  const scale = <f32>(1 / (<f64>pointCount * <f64>layerAt(layerCount - 1).outputs));
  const tile = tileStrips << 4;
  for (; done < pointCount; done += tile) runTile(done, min(tile, pointCount - done), scale, done == 0, false);
  return epochLoss();
}
