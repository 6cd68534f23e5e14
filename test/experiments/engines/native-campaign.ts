/** Random networks that two engines must treat alike to the last bit: training, gradients, frames, values at points. */
import { createHash } from 'node:crypto';
import type {
  Engine,
  FramePrecision,
  FrameRequest,
  TrainerRequest,
} from '../../../experiments/engines/engine.ts';
import { optimizerNames } from '../../../experiments/engines/optimizers.ts';
import { uniformVariates } from '../../../experiments/random/normal.ts';
import { randomNetwork, randomPoints } from './random-networks.ts';

/** A case of a campaign by its number; `widest` bounds most layers of it. */
export interface CampaignCase {
  readonly name: string;
  readonly request: TrainerRequest;
  readonly epochs: number;
  readonly frames: readonly FrameRequest[];
}

const precisions: readonly FramePrecision[] = ['float32', 'anchored', 'float64'];

export function campaignCase(seed: number, widest: number): CampaignCase {
  const uniforms = uniformVariates(seed, 4, 9, 0, 64);
  let used = 0;
  const below = (count: number): number => Math.floor(count * uniforms[used++]);
  const heads = (): boolean => below(2) === 1;
  const width = (): number => 1 + below(heads() ? widest : Math.min(widest, 24));
  const shape = { hidden: Array.from({ length: 1 + below(5) }, width), outputs: 1 + below(3) };
  const points = 1 + below(heads() ? 90 : 900);
  const network = randomNetwork(shape, seed, heads() ? 0.01 : 0, heads() ? 'affine' : 'sigmoid');
  const name = optimizerNames[seed % optimizerNames.length];
  const optimizer = {
    ...{ name, learningRate: 2e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, momentum: 0.8, alpha: 0.95 },
    weightDecay: heads() ? 0.02 : 0,
  };
  const request: TrainerRequest = {
    shape,
    slope: network.slope,
    data: randomPoints(points, shape.outputs, seed),
    settings: {
      loss: heads() ? 'mse' : 'bce',
      batchSize: 1 + below(heads() ? 30 : 1100),
      phases: [{ fromEpoch: 0, optimizer }],
      schedule: { kind: 'constant' },
      seed,
    },
    start: { epoch: 0, step: 0, phaseStep: 0, parameters: network.parameters, moments: [] },
  };
  const frames = precisions.map((precision): FrameRequest => {
    const isMore = precision !== 'float64';
    const planes = {
      hashes: true,
      ...(isMore && { firstLayers: heads(), prefixes: heads(), gradient: heads() }),
    };
    const view = { x0: uniforms[used++] - 0.5, y0: -0.25, x1: 1.2, y1: 0.9 };
    return { network, view, width: 1 + below(75), height: 1 + below(20), planes, precision };
  });
  const { loss, batchSize } = request.settings;
  const text = `${seed}: [${String(shape.hidden)}] to ${shape.outputs}, ${points} points by ${batchSize}, ${name}, ${loss}`;
  return { name: text, request, epochs: 3, frames };
}

/** Digest of everything that an engine makes of a case. */
export async function campaignDigest(
  engine: Engine,
  { request, epochs, frames }: CampaignCase,
): Promise<Record<string, string>> {
  const trainer = await engine.createTrainer(request);
  const metrics = await trainer.runEpochs(epochs);
  const norms = await trainer.layerGradientNorms();
  const state = await trainer.state();
  trainer.dispose();
  const network = { ...frames[0].network, parameters: state.parameters };
  const gradient = await engine.lossGradient(network, request.data, request.settings.loss);
  const values = await engine.evaluate(network, request.data.coordinates);
  const training = digestOf({ metrics, norms, state, gradient, values });
  const digests: Record<string, string> = { training };
  for (const frame of frames) {
    digests[frame.precision ?? ''] = digestOf(await engine.renderFrame({ ...frame, network }));
    if (network.shape.outputs !== 1) continue;
    const levels = Uint8Array.from({ length: frame.width * frame.height }, (_, at) => (at * 89) % 256);
    digests[`${frame.precision ?? ''} score`] = digestOf(
      await engine.scoreFrame?.({ ...frame, network }, levels),
    );
  }
  return digests;
}

/** Digest of a value, arrays of numbers by their bytes. */
function digestOf(value: unknown): string {
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify(value, (_, part: unknown) =>
      ArrayBuffer.isView(part)
        ? Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64')
        : typeof part === 'number'
          ? Buffer.from(Float64Array.of(part).buffer).toString('hex')
          : part,
    ),
  );
  return hash.digest('hex');
}
