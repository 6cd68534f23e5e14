// Training: batches are handled in tiles of strips; a tile goes forward through all layers and back again, adding its
// part to the gradient, tile after tile. `advance` stops after any number of tiles and goes on where it stopped.
import { affineDerivative, affineLeaky, affineLinear } from './affine';
import { allocate, allocateZeros } from './arena';
import { addGradient } from './gradient';
import { crossEntropyLoss, squaredLoss } from './loss';
import {
  allocatePlane, layerAt, layerCount, maximalWidth, neuronCount, parameterBytes, parameterCount, parameters, slope,
} from './network';
import { adam, momentumStep, rmsProp, Rule, sgd, squaredNorm } from './optimizer';
import { gatherSamples, openSamples, takeOrder } from './samples';
import { openShuffle, shuffledOrder } from './shuffle';
import { transpose } from './transpose';

let pointCount: i32 = 0;
let batchSize: i32 = 0;
let crossEntropy: bool = false;

let tileStrips: i32 = 0;
let inputPlane: usize = 0;
let labelPlane: usize = 0;
let delta: usize = 0;
let previousDelta: usize = 0;
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
  return max(4, min(16, fitting));
}

/** Prepares training of the open network on `points` points; data, labels and moments are filled by the caller. */
export function openTraining(points: i32, batch: i32, useCrossEntropy: i32): void {
  pointCount = points;
  batchSize = min(batch, points);
  crossEntropy = useCrossEntropy != 0;
  const outputs = layerAt(layerCount - 1).outputs;
  openSamples(points, outputs);
  tileStrips = min(stripsOfTile(), (batchSize + 15) >> 4);
  inputPlane = allocatePlane(layerAt(0).inputs, tileStrips);
  labelPlane = allocatePlane(outputs, tileStrips);
  delta = allocatePlane(maximalWidth, tileStrips);
  previousDelta = allocatePlane(maximalWidth, tileStrips);
  gradient = allocateZeros(parameterBytes());
  firstMoment = allocateZeros(parameterBytes());
  secondMoment = allocateZeros(parameterBytes());
  for (let index = 0; index < layerCount; index++) {
    const layer = layerAt(index);
    layer.gradient = gradient + (layer.weights - parameters);
    layer.transposed = allocate(<f64>layer.inputs * <f64>layer.outputs * 4);
    if (index < layerCount - 1) layer.activations = allocatePlane(layer.outputs, tileStrips);
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

function beginBatch(): void {
  memory.fill(gradient, 0, <usize>parameterBytes());
  for (let index = 1; index < layerCount; index++) {
    const layer = layerAt(index);
    transpose(layer.weights, layer.transposed, layer.outputs, layer.inputs);
  }
}

/** Forward and backward pass of `count` samples of the batch; `scale` = 1 / (batch size * outputs). */
function runTile(from: i32, count: i32, scale: f32): void {
  const strips = (count + 15) >> 4;
  const last = layerCount - 1;
  gatherSamples(from, count, inputPlane, labelPlane);
  let source = inputPlane;
  for (let index = 0; index < last; index++) {
    const layer = layerAt(index);
    affineLeaky(source, layer.activations, layer.weights, layer.biases, layer.inputs, layer.outputs, strips, slope);
    source = layer.activations;
  }
  const output = layerAt(last);
  affineLinear(source, delta, output.weights, output.biases, output.inputs, output.outputs, strips);
  lossSum += crossEntropy
    ? crossEntropyLoss(delta, labelPlane, output.outputs, count, scale)
    : squaredLoss(delta, labelPlane, output.outputs, count, scale);
  for (let index = last; index >= 0; index--) {
    const layer = layerAt(index);
    const below = index > 0 ? layerAt(index - 1).activations : inputPlane;
    const biases = layer.gradient + ((<usize>(layer.inputs * layer.outputs)) << 2);
    addGradient(delta, below, layer.outputs, layer.inputs, strips, layer.gradient, biases);
    if (index == 0) break;
    affineDerivative(delta, previousDelta, layer.transposed, layer.outputs, layer.inputs, strips, slope, below);
    const swap = delta;
    delta = previousDelta;
    previousDelta = swap;
  }
}

function recordNorms(): void {
  let total: f64 = 0;
  for (let index = 0; index < layerCount; index++) {
    const layer = layerAt(index);
    layer.gradientNorm = squaredNorm(layer.gradient, (layer.inputs + 1) * layer.outputs);
    total += layer.gradientNorm;
  }
  squaredNormSum += total;
}

function step(): void {
  recordNorms();
  stepCount++;
  phaseStep++;
  const count = parameterCount;
  if (rule == Rule.Adam || rule == Rule.AdamW) {
    const decoupled = rule == Rule.AdamW;
    adam(parameters, gradient, firstMoment, secondMoment, count, rate, beta1, beta2, epsilon, decay, decoupled, phaseStep);
  } else if (rule == Rule.Sgd) sgd(parameters, gradient, count, rate, decay);
  else if (rule == Rule.Momentum) momentumStep(parameters, gradient, firstMoment, count, rate, beta1, decay);
  else rmsProp(parameters, gradient, firstMoment, count, rate, beta1, epsilon, decay);
}

/** Tiles left in the epoch after running up to `tiles` of them; 0 means that the epoch is complete. */
export function advance(tiles: i32): i32 {
  while (position < pointCount) {
    if (tiles-- == 0) return 1;
    const samples = min(batchSize, pointCount - position);
    if (done == 0) beginBatch();
    const count = min(tileStrips << 4, samples - done);
    const outputs = layerAt(layerCount - 1).outputs;
    runTile(position + done, count, <f32>(1 / (<f64>samples * <f64>outputs)));
    done += count;
    if (done == samples) {
      step();
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
  beginBatch();
  const scale = <f32>(1 / (<f64>pointCount * <f64>layerAt(layerCount - 1).outputs));
  for (; done < pointCount; done += tileStrips << 4) runTile(done, min(tileStrips << 4, pointCount - done), scale);
  return epochLoss();
}
